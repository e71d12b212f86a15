// Jail A of a script in Java: runs its tests in the manner of JUnit. What it declares `native` is called in the other jail.

package etude.calls;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public final class Script {
    private static final String SOURCE = "Checks.java";
    private static Frames frames;
    private static String test = "";
    private static String lastCall = "";
    private static Throwable raised;
    private static Object[] raisedAs;

    /** A reply that no answer of ours gives, or one that says that the answer has no such method. */
    private static final class Broken extends Error {
        private static final long serialVersionUID = 1;
    }

    public static void main(String[] arguments) throws Throwable {
        frames = new Frames("/dev/null");
        ClassLoader.getSystemClassLoader().setDefaultAssertionStatus(true);
        Throwable error = null;
        try {
            runAll();
        } catch (Throwable found) {
            error = found;
        }
        report(error == null ? "passed" : error == raised ? "raised" : "failed", error);
    }

    /** The body of every method that the script declares `native`. */
    @SuppressWarnings("unchecked")
    public static <T> T call(Object... values) {
        return (T) ask(StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE), values);
    }


    private static Object ask(StackWalker walker, Object[] values) {
        var frame = walker.walk(all -> all.filter(one -> !one.getDeclaringClass().getName().startsWith("etude.calls.")).findFirst());
        Class<?> type = frame.orElseThrow().getDeclaringClass();
        String name = frame.orElseThrow().getMethodName();
        Method method = Arrays.stream(type.getDeclaredMethods())
            .filter(one -> one.getName().equals(name) && one.getParameterCount() == values.length).findFirst().orElseThrow();
        lastCall = name;
        List<?> reply;
        try {
            List<Object> given = new ArrayList<>();
            for (Object value : values) {
                given.add(new Values.Box(value));
            }
            frames.send("C", Values.write(List.of(type.getSimpleName(), name, given)));
            reply = (List<?>) new Values.Reader(frames.receive()).read();
            bringBack(values, (List<?>) reply.get(2));
            if (reply.get(0).equals("value")) {
                return method.getReturnType() == void.class ? null
                    : new Values.Fitter().fit(reply.get(1), method.getGenericReturnType());
            }
        } catch (Values.Misfit error) {
            throw new AssertionError(name + ": " + error.getMessage());
        } catch (Values.NotPlain error) {
            throw new IllegalArgumentException(name + ": only plain values can be handed over");
        } catch (IOException | RuntimeException error) {
            report("broken", null);
            throw new Broken();
        }
        refuse((String) reply.get(0), reply.get(1));
        throw new Broken();
    }

    private static void refuse(String kind, Object detail) {
        if (kind.equals("raised")) {
            List<?> told = (List<?>) detail;
            raisedAs = told.toArray();
            raised = made((String) told.get(0), (String) told.get(2));
            Script.<RuntimeException>rethrow(raised);
        }
        if (kind.equals("missing")) {
            report("missing", null);
        }
        throw new AssertionError(lastCall + ": " + kind + " " + detail);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void rethrow(Throwable error) throws E {
        throw (E) error;
    }

    /** An exception of the library's; never one of the script's or of the answer's. */
    private static Throwable made(String name, String text) {
        try {
            Class<?> type = Class.forName(name, false, null);
            for (Class<?>[] taken : new Class<?>[][] {{String.class}, {}}) {
                try {
                    var constructor = type.getConstructor(taken);
                    return (Throwable) (taken.length == 0 ? constructor.newInstance() : constructor.newInstance(text));
                } catch (ReflectiveOperationException error) {
                    continue;
                }
            }
        } catch (ClassNotFoundException | ClassCastException error) {
            return new RuntimeException(text);
        }
        return new RuntimeException(text);
    }

    @SuppressWarnings("unchecked")
    private static void bringBack(Object[] values, List<?> after) throws Values.Misfit {
        for (int place = 0; place < Math.min(values.length, after.size()); place++) {
            if (after.get(place) == null || values[place] == null) {
                continue;
            }
            if (values[place].getClass().isArray()) {
                Object made = new Values.Fitter().fit(after.get(place), values[place].getClass());
                if (Array.getLength(made) == Array.getLength(values[place])) {
                    System.arraycopy(made, 0, values[place], 0, Array.getLength(made));
                }
            } else if (values[place] instanceof ArrayList<?> list && after.get(place) instanceof List<?> items) {
                List<Object> fitted = new ArrayList<>();
                for (Object item : items) {
                    boolean isInt = item instanceof Long whole && whole.intValue() == whole
                        && list.stream().allMatch(one -> one instanceof Integer);
                    fitted.add(isInt ? (Object) ((Long) item).intValue() : item);
                }
                ((List<Object>) list).clear();
                ((List<Object>) list).addAll(fitted);
            }
        }
    }

    private static void runAll() throws Throwable {
        boolean hasTests = false;
        for (Class<?> type : Values.classes()) {
            List<Method> tests = marked(type, "Test");
            hasTests |= !tests.isEmpty();
            if (!tests.isEmpty()) {
                runClass(type, tests);
            }
        }
        for (Class<?> type : hasTests ? List.<Class<?>>of() : Values.classes()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals("main") && Modifier.isStatic(method.getModifiers())) {
                    method.setAccessible(true);
                    invoke(method, null, method.getParameterCount() == 0 ? new Object[0] : new Object[] {new String[0]});
                }
            }
        }
    }

    private static void runClass(Class<?> type, List<Method> tests) throws Throwable {
        for (Method each : marked(type, "BeforeAll", "BeforeClass")) {
            invoke(each, null);
        }
        for (Method method : tests) {
            if (has(method, "Disabled", "Ignore")) {
                continue;
            }
            test = type.getSimpleName() + "::" + method.getName();
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            Object subject = constructor.newInstance();
            for (Method each : marked(type, "BeforeEach", "Before")) {
                invoke(each, subject);
            }
            runOne(method, subject);
            for (Method each : marked(type, "AfterEach", "After")) {
                invoke(each, subject);
            }
        }
        for (Method each : marked(type, "AfterAll", "AfterClass")) {
            invoke(each, null);
        }
    }

    private static void runOne(Method method, Object subject) throws Throwable {
        org.junit.Test old = method.getAnnotation(org.junit.Test.class);
        if (old == null || old.expected() == org.junit.Test.None.class) {
            invoke(method, subject);
            return;
        }
        try {
            invoke(method, subject);
        } catch (Throwable error) {
            if (old.expected().isInstance(error)) {
                return;
            }
            throw error;
        }
        throw new AssertionError("expected " + old.expected().getSimpleName());
    }

    private static void invoke(Method method, Object subject, Object... arguments) throws Throwable {
        method.setAccessible(true);
        try {
            method.invoke(subject, arguments);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    private static List<Method> marked(Class<?> type, String... names) {
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> has(method, names)).toList();
    }

    private static boolean has(Method method, String... names) {
        for (Annotation each : method.getAnnotations()) {
            Class<?> kind = each.annotationType();
            if (kind.getName().startsWith("org.junit.") && Arrays.asList(names).contains(kind.getSimpleName())) {
                return true;
            }
        }
        return false;
    }

    private static void report(String outcome, Throwable error) {
        int line = 0;
        for (StackTraceElement frame : error == null ? new StackTraceElement[0] : error.getStackTrace()) {
            if (line == 0 && SOURCE.equals(frame.getFileName()) && !frame.getMethodName().equals(lastCall)) {
                line = frame.getLineNumber();
            }
        }
        boolean isRaised = outcome.equals("raised");
        boolean isAssertion = error instanceof AssertionError;
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("outcome", outcome);
        fields.put("test", test);
        fields.put("source", sourceOf(line));
        fields.put("error", error == null ? "" : isRaised ? "" + raisedAs[1] : isAssertion ? "AssertionError" : error.getClass().getSimpleName());
        fields.put("text", error == null || error.getMessage() == null ? "" : error.getMessage());
        fields.put("missing", outcome.equals("missing") ? lastCall : "");
        fields.put("call", lastCall);
        StringBuilder json = new StringBuilder("{");
        fields.forEach((name, value) -> json.append(quoted(name)).append(": ").append(quoted(value)).append(", "));
        json.append("\"answer_line\": ").append(isRaised ? raisedAs[3] : 0).append(", \"line\": ").append(line).append("}");
        System.out.flush();
        System.err.flush();
        try {
            frames.send("D", json.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private static String sourceOf(int line) {
        try {
            return line > 0 ? Files.readAllLines(Path.of(SOURCE)).get(line - 1).strip() : "";
        } catch (IOException | IndexOutOfBoundsException error) {
            return "";
        }
    }

    private static String quoted(String text) {
        StringBuilder made = new StringBuilder("\"");
        String shown = text.length() > 1000 ? text.substring(0, 1000) : text;
        for (char letter : shown.toCharArray()) {
            boolean isPlain = letter >= 32 && letter < 127 && letter != '"' && letter != '\\';
            made.append(isPlain ? "" + letter : String.format("\\u%04x", (int) letter));
        }
        return made.append('"').toString();
    }
}
