// Jail B of a script in Java: calls the answer's static methods on request. It never sees a test.

package etude.calls;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

public final class Serve {
    private static final byte[] END = "{\"t\":[\"end\"]}".getBytes(StandardCharsets.US_ASCII);

    public static void main(String[] arguments) throws Throwable {
        Frames frames = new Frames("__etude_stdin");
        while (true) {
            byte[] request = frames.receive();
            if (Arrays.equals(request, END)) {
                frames.send("", Values.write(null));
                Runtime.getRuntime().halt(0);
            }
            List<?> asked = (List<?>) new Values.Reader(request).read();
            byte[] reply;
            try {
                reply = Values.write(reply((String) asked.get(0), (String) asked.get(1), (List<?>) asked.get(2)));
            } catch (Values.NotPlain error) {
                reply = Values.write(List.of("uncrossable", "", List.of()));
            }
            System.out.flush();
            System.err.flush();
            frames.send("", reply);
        }
    }

    private static Object[] reply(String type, String name, List<?> values) throws Exception {
        List<Method> named = Calls.named(name);
        List<Method> own = named.stream().filter(one -> one.getDeclaringClass().getSimpleName().equals(type)).toList();
        Calls.Chosen chosen = Calls.choose(own.isEmpty() ? named : own, values);
        if (chosen.method == null) {
            return new Object[] {chosen.refusal[0], chosen.refusal[1], List.of()};
        }
        try {
            Object value = Calls.invoke(chosen.method, chosen.arguments);
            return new Object[] {"value", value, after(chosen.arguments)};
        } catch (Throwable error) {
            return new Object[] {"raised", described(error), after(chosen.arguments)};
        }
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

    /** The nearest class of the library, the own class, the text, the line in the answer. */
    private static List<Object> described(Throwable error) {
        Class<?> known = error.getClass();
        while (known.getClassLoader() != null) {
            known = known.getSuperclass();
        }
        String text;
        try {
            text = "" + error.getMessage();
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
        return List.of(known.getName(), error.getClass().getSimpleName(), text, (long) line);
    }
}
