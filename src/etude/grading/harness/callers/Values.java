// Plain values as etude.grading.plain writes them, and how they become what a method takes. Runs beside the answer.
// In a package of its own: there no class of the answer's, an own Character perhaps, stands for one of the library's.

package etude.calls;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.jar.JarFile;

final class Values {
    private static final int MAX_DEPTH = 100;
    private static final List<Supplier<Object>> EMPTY = List.of(
        ArrayList::new, LinkedHashSet::new, LinkedHashMap::new, LinkedList::new, TreeSet::new, TreeMap::new,
        ArrayDeque::new, HashMap::new);

    /** Names of types as a program writes them, without their packages. */
    static String brief(String names) {
        return names.replaceAll("\\b(?:[a-z]\\w*\\.)+(?=[A-Z])", "");
    }

    /** A value that has no plain form. */
    static final class NotPlain extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A value that a parameter does not take. */
    static final class Misfit extends Exception {
        private static final long serialVersionUID = 1;

        Misfit(Object value, Type type) {
            super(shown(value) + " → " + brief(type.getTypeName()));
        }

        private static String shown(Object value) {
            String text = String.valueOf(value);
            return text.length() > 60 ? text.substring(0, 60) + "…" : text;
        }
    }

    /** Holds what may be null where a list may not. */
    record Box(Object value) {
    }

    /** How one side speaks of an object of the answer's. names: of its classes and interfaces, the nearest first. */
    record Reference(int number, List<?> names) {
        @Override
        public String toString() {
            return names.isEmpty() ? "object" : "" + names.get(0);
        }
    }

    /** How a side of a script hands over what is no plain value. */
    interface Crossing {
        /** How to speak of it; null if it cannot cross. */
        Reference refer(Object value);

        /** What the other side spoke of, of that class; null if there is no such object. */
        Object find(Reference reference, Class<?> wanted);
    }

    /** None: only plain values cross. */
    static Crossing crossing;

    /** The answer's own classes, not initialised. */
    static List<Class<?>> classes() throws Exception {
        List<Class<?>> found = new ArrayList<>();
        try (JarFile jar = new JarFile("__etude_program.jar")) {
            for (var entries = jar.entries(); entries.hasMoreElements();) {
                String name = entries.nextElement().getName();
                if (name.endsWith(".class") && !name.startsWith("etude/calls/") && !name.startsWith("org/junit/")) {
                    String className = name.substring(0, name.length() - 6).replace('/', '.');
                    found.add(Class.forName(className, false, Values.class.getClassLoader()));
                }
            }
        }
        return found;
    }

    static byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(value, out, 0);
        } catch (StackOverflowError error) {
            throw new NotPlain();
        }
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out, int depth) {
        if (depth > MAX_DEPTH) {
            throw new NotPlain();
        }
        if (value instanceof Box box) {
            write(box.value(), out, depth);
        } else if (value == null) {
            out.write('n');
        } else if (value instanceof Boolean truth) {
            out.write(truth ? 't' : 'f');
        } else if (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long
            || value.getClass() == BigInteger.class) {
            put(out, "i" + value + ";");
        } else if (value instanceof Float || value instanceof Double) {
            put(out, "d" + value.toString().replace("Infinity", "inf").replace("NaN", "nan") + ";");
        } else if (value instanceof String || value instanceof Character) {
            byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
            put(out, "s" + text.length + ":");
            out.write(text, 0, text.length);
        } else {
            writeMany(value, out, depth + 1);
        }
    }

    private static void writeMany(Object value, ByteArrayOutputStream out, int depth) {
        boolean isLibrary = value.getClass().getClassLoader() == null;
        if (value.getClass().isArray()) {
            put(out, "l" + Array.getLength(value) + ":");
            for (int place = 0; place < Array.getLength(value); place++) {
                write(Array.get(value, place), out, depth);
            }
        } else if (isLibrary && value instanceof Collection<?> items) {
            put(out, (value instanceof Set ? "e" : "l") + items.size() + ":");
            for (Object item : items) {
                write(item, out, depth);
            }
        } else if (isLibrary && value instanceof Map<?, ?> map) {
            put(out, "m" + map.size() + ":");
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(entry.getKey(), out, depth);
                write(entry.getValue(), out, depth);
            }
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), out, depth);
        } else {
            Reference reference = crossing == null ? null : crossing.refer(value);
            if (reference == null) {
                throw new NotPlain();
            }
            put(out, "o" + reference.number() + ";");
            write(reference.names(), out, depth);
        }
    }

    private static void put(ByteArrayOutputStream out, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        out.write(data, 0, data.length);
    }

    /** Reads what etude.grading.plain wrote. */
    static class Reader {
        private final byte[] data;
        private int place;

        Reader(byte[] data) {
            this.data = data;
        }

        Object read() {
            char tag = (char) data[place++];
            switch (tag) {
                case 'n':
                    return null;
                case 't':
                case 'f':
                    return tag == 't';
                case 'i':
                    String digits = until(';');
                    return digits.length() < 19 ? (Object) Long.valueOf(digits) : new BigInteger(digits);
                case 'd':
                    return Double.valueOf(until(';').replace("inf", "Infinity").replace("nan", "NaN"));
                case 'o':
                    int number = Integer.parseInt(until(';'));
                    return new Reference(number, read() instanceof List<?> names ? names : List.of());
                default:
                    return readMany(tag, Integer.parseInt(until(':')));
            }
        }

        Object readMany(char tag, int count) {
            if (tag == 's') {
                place += count;
                return new String(data, place - count, count, StandardCharsets.UTF_8);
            }
            if (tag == 'm') {
                Map<Object, Object> map = new LinkedHashMap<>();
                for (int number = 0; number < count; number++) {
                    Object key = read();
                    map.put(key, read());
                }
                return map;
            }
            Collection<Object> items = tag == 'e' ? new LinkedHashSet<>() : new ArrayList<>();
            for (int number = 0; number < count; number++) {
                items.add(read());
            }
            return items;
        }

        private String until(char end) {
            int start = place;
            while (data[place] != end) {
                place++;
            }
            return new String(data, start, place++ - start, StandardCharsets.US_ASCII);
        }
    }

    /** Makes of plain values what parameters take; `cost` grows the further it goes, for the choice of an overload. */
    static final class Fitter {
        int cost;

        Object fit(Object value, Type type) throws Misfit {
            if (type instanceof WildcardType wildcard) {
                return fit(value, wildcard.getUpperBounds()[0]);
            }
            if (type instanceof GenericArrayType array) {
                return fitArray(value, raw(array.getGenericComponentType()), array.getGenericComponentType(), type);
            }
            Class<?> wanted = raw(type);
            if (value == null) {
                if (wanted.isPrimitive()) {
                    throw new Misfit(null, type);
                }
                return null;
            }
            if (value instanceof Reference reference) {
                Object found = crossing == null ? null : crossing.find(reference, wanted);
                if (found == null) {
                    throw new Misfit(value, type);
                }
                cost += wanted == Object.class ? 5 : found.getClass() == wanted ? 0 : 1;
                return found;
            }
            if (wanted.isArray()) {
                return fitArray(value, wanted.getComponentType(), wanted.getComponentType(), type);
            }
            Object number = fitNumber(value, wanted);
            if (number != null) {
                return number;
            }
            if (value instanceof String text && text.codePointCount(0, text.length()) == 1 && text.length() == 1
                && (wanted == char.class || wanted == Character.class)) {
                return text.charAt(0);
            }
            if (value instanceof Collection || value instanceof Map) {
                return fitMany(value, wanted, type);
            }
            if (value instanceof Boolean && wanted == boolean.class || wanted.isInstance(value)) {
                cost += wanted == Object.class ? 5 : 0;
                return wanted == Object.class && value instanceof Long whole && whole.intValue() == whole
                    ? (Object) whole.intValue() : value;
            }
            throw new Misfit(value, type);
        }

        private static Class<?> raw(Type type) {
            if (type instanceof Class<?> plain) {
                return plain;
            }
            return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : Object.class;
        }

        private Object fitNumber(Object value, Class<?> wanted) {
            if (value instanceof Long whole) {
                long number = whole;
                if ((wanted == int.class || wanted == Integer.class) && number == (int) number) {
                    return (int) number;
                }
                if (wanted == long.class || wanted == Long.class) {
                    cost += 1;
                    return number;
                }
                if ((wanted == short.class || wanted == Short.class) && number == (short) number) {
                    cost += 2;
                    return (short) number;
                }
                if ((wanted == byte.class || wanted == Byte.class) && number == (byte) number) {
                    cost += 2;
                    return (byte) number;
                }
                if (wanted == BigInteger.class) {
                    cost += 4;
                    return BigInteger.valueOf(number);
                }
            }
            if (value instanceof Long || value instanceof Double || value instanceof BigInteger) {
                double number = ((Number) value).doubleValue();
                cost += value instanceof Double ? 0 : 3;
                if (wanted == double.class || wanted == Double.class) {
                    return number;
                }
                if (wanted == float.class || wanted == Float.class) {
                    cost += 1;
                    return (float) number;
                }
                cost -= value instanceof Double ? 0 : 3;
            }
            return null;
        }

        private Object fitArray(Object value, Class<?> item, Type itemType, Type type) throws Misfit {
            if (!(value instanceof List<?> items)) {
                throw new Misfit(value, type);
            }
            Object array = Array.newInstance(item, items.size());
            for (int place = 0; place < items.size(); place++) {
                Array.set(array, place, fit(items.get(place), itemType));
            }
            return array;
        }

        @SuppressWarnings("unchecked")
        private Object fitMany(Object value, Class<?> wanted, Type type) throws Misfit {
            Type[] inner = type instanceof ParameterizedType generic ? generic.getActualTypeArguments() : new Type[0];
            boolean isMap = value instanceof Map;
            boolean isSet = value instanceof Set;
            for (Supplier<Object> supplier : EMPTY) {
                Object made = supplier.get();
                boolean isSame = made instanceof Map == isMap && (isMap || made instanceof Set == isSet);
                if (!isSame || !wanted.isInstance(made)) {
                    continue;
                }
                cost += wanted == Object.class ? 5 : 0;
                if (isMap) {
                    for (Map.Entry<?, ?> pair : ((Map<?, ?>) value).entrySet()) {
                        Type of = inner.length == 2 ? inner[1] : Object.class;
                        Object key = fit(pair.getKey(), inner.length == 2 ? inner[0] : Object.class);
                        ((Map<Object, Object>) made).put(key, fit(pair.getValue(), of));
                    }
                } else {
                    for (Object item : (Collection<?>) value) {
                        ((Collection<Object>) made).add(fit(item, inner.length == 1 ? inner[0] : Object.class));
                    }
                }
                return made;
            }
            throw new Misfit(value, type);
        }
    }
}
