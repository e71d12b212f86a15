// Jail A of a script in Java: how its tests went. Only this side can say so.

package etude.calls;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

final class Report {
    private static final String SOURCE = "Checks.java";
    private static final int SHOWN = 80;
    private static final int DEPTH = 4;
    private final Frames frames;
    private String call = "";
    private String member = "";
    private String raisedName = "";
    private String raisedText = "";
    private Object raisedLine = 0;
    String test = "";
    String missing = "";
    /** How the answer does not fit what the tests ask of it. */
    String detail = "";
    /** The last exception of the answer's: if it ends the tests, the answer stopped there. */
    Throwable raised;

    Report(Frames frames) {
        this.frames = frames;
    }

    void isAsked(Executable asked, Object[] values) {
        boolean isMethod = asked instanceof Method;
        member = isMethod ? asked.getName() : "<init>";
        String name = isMethod ? asked.getName() : "new " + asked.getDeclaringClass().getSimpleName();
        call = name + Arrays.stream(values).map(Report::shown).collect(Collectors.joining(", ", "(", ")"));
    }

    void hasReply(Object value) {
        call += value == null || value instanceof Values.Reference ? "" : " \u2192 " + shown(value);
    }

    Throwable isRaised(Throwable error, List<?> told) {
        raised = error;
        raisedName = "" + told.get(1);
        raisedText = told.get(2) == null ? "" : "" + told.get(2);
        raisedLine = told.get(3);
        return error;
    }

    /** Plain values as they are; of the answer's objects only what they are, for their words would be a call again. */
    private static String shown(Object value) {
        String text = shown(value, 0);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "\u2026" : text;
    }

    private static String shown(Object value, int depth) {
        if (value == null || depth > DEPTH) {
            return value == null ? "null" : "\u2026";
        }
        if (value.getClass().isArray()) {
            return IntStream.range(0, Math.min(Array.getLength(value), SHOWN))
                .mapToObj(place -> shown(Array.get(value, place), depth + 1)).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value.getClass().getClassLoader() != null) {
            return value.getClass().getSimpleName();
        }
        if (value instanceof Collection<?> items) {
            return items.stream().limit(SHOWN).map(one -> shown(one, depth + 1)).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().limit(SHOWN)
                .map(one -> shown(one.getKey(), depth + 1) + "=" + shown(one.getValue(), depth + 1))
                .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof String ? '"' + (String) value + '"' : "" + value;
    }

    /** Send it, and end whatever else the program still meant to do. */
    void send(String outcome, Throwable error) {
        int line = 0;
        for (StackTraceElement frame : error == null ? new StackTraceElement[0] : error.getStackTrace()) {
            if (line == 0 && SOURCE.equals(frame.getFileName()) && !frame.getMethodName().equals(member)) {
                line = frame.getLineNumber();
            }
        }
        boolean isRaised = outcome.equals("raised");
        boolean isAssertion = error instanceof AssertionError;
        String told = error == null ? detail : error == raised ? raisedText : error.getMessage();
        String text = told == null ? "" : told;
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("outcome", outcome);
        fields.put("test", test);
        fields.put("source", sourceOf(line));
        fields.put("error", error == null ? "" : isRaised ? raisedName : isAssertion ? "AssertionError"
            : outcome.equals("error") ? text : error.getClass().getSimpleName());
        fields.put("text", text);
        fields.put("missing", missing);
        fields.put("call", call);
        StringBuilder json = new StringBuilder("{");
        fields.forEach((name, value) -> json.append(quoted(name)).append(": ").append(quoted(value)).append(", "));
        json.append("\"answer_line\": ").append(isRaised ? raisedLine : 0).append(", \"line\": ").append(line).append("}");
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
