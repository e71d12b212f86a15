// Makes the call that stands in __etude_call and writes its value; runs in the answer's jail, beside it.
//
// What is expected is not here. The formats are those of etude.grading.plain.

package etude.calls;

import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

public final class Calls {
    public static void main(String[] arguments) throws Throwable {
        byte[] given = Files.readAllBytes(Path.of("__etude_call"));
        List<?> call = (List<?>) new Values.Reader(given).read();
        Object[] reply = reply((String) call.get(0), (List<?>) call.get(1));
        Path result = Path.of("__etude_result");
        byte[] written;
        try {
            written = Values.write(List.of(reply[0], new Values.Box(reply[1])));
        } catch (Values.NotPlain error) {
            written = Values.write(List.of("uncrossable", ""));
        }
        System.out.flush();
        System.err.flush();
        Files.write(result, written);
        Runtime.getRuntime().halt(0);
    }

    private static Object[] reply(String name, List<?> values) throws Throwable {
        Chosen chosen = choose(named(name), values);
        return chosen.method == null ? chosen.refusal
            : new Object[] {"value", invoke((Method) chosen.method, chosen.arguments)};
    }

    /** The method or constructor of some that fits values best, with what they become; or why none does. */
    static final class Chosen {
        Executable method;
        Object[] arguments;
        Object[] refusal;
    }

    static Chosen choose(List<? extends Executable> named, List<?> values) {
        Chosen chosen = new Chosen();
        List<String> counts = new ArrayList<>();
        String misfit = null;
        int cost = Integer.MAX_VALUE;
        for (Executable method : named) {
            Class<?>[] types = method.getParameterTypes();
            List<?> fitted = method.isVarArgs() ? gathered(values, types.length) : values;
            if (fitted.size() != types.length) {
                counts.add("" + types.length);
                continue;
            }
            Values.Fitter fitter = new Values.Fitter();
            try {
                Object[] arguments = new Object[types.length];
                Type[] exact = method.getGenericParameterTypes();
                for (int place = 0; place < types.length; place++) {
                    arguments[place] = fitter.fit(fitted.get(place), exact.length == types.length ? exact[place] : types[place]);
                }
                if (fitter.cost < cost) {
                    cost = fitter.cost;
                    chosen.arguments = arguments;
                    chosen.method = method;
                }
            } catch (Values.Misfit error) {
                misfit = Values.brief(method.toGenericString()) + " \u2013 " + error.getMessage();
            }
        }
        String name = named.isEmpty() ? "missing" : misfit == null ? "arity" : "type";
        chosen.refusal = new Object[] {name, misfit == null ? String.join(", ", counts) : misfit};
        return chosen;
    }

    static Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            Object subject = null;
            if (!Modifier.isStatic(method.getModifiers())) {
                var constructor = method.getDeclaringClass().getDeclaredConstructor();
                constructor.setAccessible(true);
                subject = constructor.newInstance();
            }
            return method.invoke(subject, arguments);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    /** The values with the last of them in a list, for a method whose last parameter takes any number. */
    private static List<?> gathered(List<?> values, int size) {
        if (values.size() < size - 1 || (values.size() == size && values.get(size - 1) instanceof List)) {
            return values;
        }
        List<Object> all = new ArrayList<>(values.subList(0, size - 1));
        all.add(new ArrayList<>(values.subList(size - 1, values.size())));
        return all;
    }

    /** The static methods of that name in all classes of the answer; else those of objects that need nothing. */
    static List<Method> named(String name) throws Exception {
        List<Method> ofClass = new ArrayList<>();
        List<Method> ofObject = new ArrayList<>();
        for (Class<?> each : Values.classes()) {
            for (Method method : each.getDeclaredMethods()) {
                if (!method.getName().equals(name) || method.isSynthetic()) {
                    continue;
                }
                method.setAccessible(true);
                if (Modifier.isStatic(method.getModifiers())) {
                    ofClass.add(method);
                } else if (!Modifier.isAbstract(method.getModifiers()) && hasPlainConstructor(each)) {
                    ofObject.add(method);
                }
            }
        }
        return ofClass.isEmpty() ? ofObject : ofClass;
    }

    private static boolean hasPlainConstructor(Class<?> type) {
        for (var constructor : type.getDeclaredConstructors()) {
            if (constructor.getParameterCount() == 0) {
                return true;
            }
        }
        return false;
    }
}
