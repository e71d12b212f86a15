// Jail B of a script in Java: makes and calls what is the answer's, on request. It never sees a test.

package etude.calls;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

public final class Serve {
    private static final byte[] END = "{\"t\":[\"end\"]}".getBytes(StandardCharsets.US_ASCII);

    /** The objects that the script holds, by number. */
    private static final class Held implements Values.Crossing {
        private final List<Object> all = new ArrayList<>();
        private final Map<Object, Integer> numbers = new IdentityHashMap<>();

        @Override
        public Values.Reference refer(Object value) {
            int number = numbers.computeIfAbsent(value, each -> {
                all.add(each);
                return all.size() - 1;
            });
            return new Values.Reference(number, List.copyOf(namesOf(value.getClass())));
        }

        @Override
        public Object find(Values.Reference reference, Class<?> wanted) {
            Object found = all.get(reference.number());
            return wanted.isInstance(found) ? found : null;
        }

        private static Set<String> namesOf(Class<?> type) {
            Set<String> names = new LinkedHashSet<>();
            for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
                names.add(each.getSimpleName());
            }
            for (Class<?> each = type; each != null; each = each.getSuperclass()) {
                for (Class<?> one : each.getInterfaces()) {
                    names.add(one.getSimpleName());
                    names.addAll(namesOf(one));
                }
            }
            return names;
        }
    }

    public static void main(String[] arguments) throws Throwable {
        Frames frames = new Frames("__etude_stdin");
        Values.crossing = new Held();
        while (true) {
            byte[] request = frames.receive();
            if (Arrays.equals(request, END)) {
                frames.send("", Values.write(null));
                Runtime.getRuntime().halt(0);
            }
            byte[] reply;
            try {
                reply = Values.write(reply((List<?>) new Values.Reader(request).read()));
            } catch (Values.NotPlain error) {
                reply = Values.write(List.of("uncrossable", "", List.of()));
            }
            System.out.flush();
            System.err.flush();
            frames.send("", reply);
        }
    }

    /** asked: the class, the method, the values, and the object: null for a static method, true for a new one. */
    private static Object[] reply(List<?> asked) throws Exception {
        String type = (String) asked.get(0);
        Object subject = null;
        List<? extends Executable> named;
        if (asked.get(3) instanceof Values.Reference reference) {
            subject = Values.crossing.find(reference, Object.class);
            named = methodsOf(subject.getClass(), (String) asked.get(1));
        } else {
            named = asked.get(3) == null ? ofClass(type, (String) asked.get(1)) : constructorsOf(type);
        }
        Calls.Chosen chosen = Calls.choose(named, (List<?>) asked.get(2));
        if (chosen.method == null) {
            return new Object[] {chosen.refusal[0], chosen.refusal[1], List.of()};
        }
        try {
            Object value = invoke(chosen.method, subject, chosen.arguments);
            return new Object[] {"value", new Values.Box(value), after(chosen.arguments)};
        } catch (Throwable error) {
            return new Object[] {"raised", described(error), after(chosen.arguments)};
        }
    }

    private static Object invoke(Executable called, Object subject, Object[] arguments) throws Throwable {
        try {
            if (called instanceof Constructor<?> constructor) {
                return constructor.newInstance(arguments);
            }
            return subject == null ? Calls.invoke((Method) called, arguments) : ((Method) called).invoke(subject, arguments);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    private static List<Method> ofClass(String type, String name) throws Exception {
        List<Method> named = Calls.named(name);
        List<Method> own = named.stream().filter(one -> one.getDeclaringClass().getSimpleName().equals(type)).toList();
        return own.isEmpty() ? named : own;
    }

    private static List<Constructor<?>> constructorsOf(String type) throws Exception {
        List<Constructor<?>> found = new ArrayList<>();
        for (Class<?> each : Values.classes()) {
            for (Constructor<?> one : each.getSimpleName().equals(type) ? each.getDeclaredConstructors() : new Constructor<?>[0]) {
                one.setAccessible(true);
                found.add(one);
            }
        }
        return found;
    }

    /** Own ones before those that are inherited; those of the library only where anybody may call them. */
    private static List<Method> methodsOf(Class<?> type, String name) {
        List<Method> found = new ArrayList<>();
        for (Class<?> each = type; each != null && each.getClassLoader() != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (method.getName().equals(name) && !method.isBridge()) {
                    method.setAccessible(true);
                    found.add(method);
                }
            }
        }
        for (Method method : type.getMethods()) {
            Method open = method.getName().equals(name) && !method.isBridge() ? opened(method, type) : null;
            if (open != null && !found.contains(open)) {
                found.add(open);
            }
        }
        return found;
    }

    /** The same method where it may be called: an iterator of the library's is of a class that is its own affair. */
    private static Method opened(Method method, Class<?> type) {
        if (method.trySetAccessible()) {
            return method;
        }
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Class<?> one : each.getInterfaces()) {
                try {
                    return one.getMethod(method.getName(), method.getParameterTypes());
                } catch (NoSuchMethodException error) {
                    continue;
                }
            }
        }
        return null;
    }

    /** What has become of arrays and lists. */
    private static List<Object> after(Object[] arguments) {
        List<Object> found = new ArrayList<>();
        for (Object each : arguments) {
            boolean isMany = each != null && (each.getClass().isArray() || each instanceof Collection);
            found.add(new Values.Box(isMany ? each : null));
        }
        return found;
    }

    /** The nearest class of the library, the own class, the text, the line in the answer, the exception itself. */
    private static List<Object> described(Throwable error) {
        Class<?> known = error.getClass();
        while (known.getClassLoader() != null) {
            known = known.getSuperclass();
        }
        String text;
        try {
            text = error.getMessage();
        } catch (Throwable second) {
            text = "";
        }
        int line = 0;
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getClassName().startsWith("etude.calls.")) {
                break;
            }
            boolean isOwn = !frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.");
            if (isOwn && line == 0) {
                line = frame.getLineNumber();
            }
        }
        return Arrays.asList(known.getName(), error.getClass().getSimpleName(), text, (long) line, error);
    }
}
