// Jail A of a script in Java: what stands there for the answer's objects. The classes are the script's own, and so are
// the types: an object of the answer's never comes where the script has declared a number or a text.
//
// It never decides a check by itself. It is equal to no plain value, unless the script made it and the answer has not
// handed it out since: then its `equals` is what is tested (as in proxies.py).

package etude.calls;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class Stands implements Values.Crossing {
    private static final Set<String> OPEN = Set.of("java.util.Iterator", "java.lang.Iterable", "java.util.Comparator");
    private final Map<Integer, Object> byNumber = new HashMap<>();
    private final Map<Object, Bound> bound = new IdentityHashMap<>();

    private static final class Bound {
        final int number;
        boolean isMade;

        Bound(int number, boolean isMade) {
            this.number = number;
            this.isMade = isMade;
        }
    }

    /** Let it stand for that object. isMade: by the script itself, just now. */
    void bind(Object stand, int number, boolean isMade) {
        bound.put(stand, new Bound(number, isMade));
        byNumber.put(number, stand);
    }

    boolean isBound(Object value) {
        return bound.containsKey(value);
    }

    boolean mayAsk(Object stand, Object other) {
        return isBound(other) || bound.get(stand).isMade;
    }

    @Override
    public Values.Reference refer(Object value) {
        Bound found = bound.get(value);
        return found == null ? null : new Values.Reference(found.number, List.of());
    }

    @Override
    public Object find(Values.Reference reference, Class<?> wanted) {
        Object stand = byNumber.get(reference.number());
        if (stand == null) {
            stand = make(reference, wanted);
        }
        if (stand == null || !wanted.isInstance(stand)) {
            return null;
        }
        bound.get(stand).isMade = false;
        return stand;
    }

    private Object make(Values.Reference reference, Class<?> wanted) {
        for (Object name : reference.names()) {
            for (Class<?> each : named("" + name)) {
                if (!wanted.isAssignableFrom(each)) {
                    continue;
                }
                Object stand = each.isInterface() ? proxy(each, reference.number()) : filled(each, reference.number());
                if (stand != null) {
                    return stand;
                }
            }
        }
        boolean isOpen = wanted.isInterface() && (OPEN.contains(wanted.getName()) || wanted.getPackageName().equals("java.util.function"));
        return isOpen ? proxy(wanted, reference.number()) : null;
    }

    /** The script's own exception of that name; null if it has none. */
    static Throwable exception(String name, String text) {
        for (Class<?> each : named(name)) {
            if (Throwable.class.isAssignableFrom(each)) {
                Throwable made = thrown(each, text);
                if (made != null) {
                    return made;
                }
            }
        }
        return null;
    }

    /** An exception of that class, with the text if it takes one; null if it cannot be made. */
    static Throwable thrown(Class<?> type, String text) {
        for (Class<?>[] taken : new Class<?>[][] {{String.class}, {}}) {
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(taken);
                constructor.setAccessible(type.getClassLoader() != null);
                return (Throwable) (taken.length == 0 ? constructor.newInstance() : constructor.newInstance(text));
            } catch (ReflectiveOperationException | RuntimeException error) {
                continue;
            }
        }
        return null;
    }

    private static List<Class<?>> named(String name) {
        try {
            return Values.classes().stream().filter(each -> each.getSimpleName().equals(name)).toList();
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    private Object filled(Class<?> type, int number) {
        if (Modifier.isAbstract(type.getModifiers())) {
            return null;
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(Handle.class, byte.class);
            constructor.setAccessible(true);
            return constructor.newInstance(new Handle(number), (byte) 0);
        } catch (ReflectiveOperationException error) {
            return null;
        }
    }

    private Object proxy(Class<?> type, int number) {
        Object made = Proxy.newProxyInstance(Stands.class.getClassLoader(), new Class<?>[] {type}, this::forward);
        bind(made, number, false);
        return made;
    }

    private Object forward(Object stand, Method method, Object[] given) throws Throwable {
        Object[] values = given == null ? new Object[0] : given;
        if (method.isDefault() && method.getDeclaringClass().getClassLoader() == null) {
            return InvocationHandler.invokeDefault(stand, method, values);
        }
        if (method.getDeclaringClass() != Object.class) {
            return Script.ask(new Script.Asked(stand.getClass().getInterfaces()[0], method, stand), values);
        }
        switch (method.getName()) {
            case "equals":
                return Script.same(stand, values[0]);
            case "hashCode":
                return Script.hash(stand);
            default:
                return Script.text(stand);
        }
    }
}
