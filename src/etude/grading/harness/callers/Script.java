// Jail A of a script in Java: what the bodies are of what it declares `native`, and the report. The answer is in another
// jail: each call goes there and waits.

package etude.calls;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

public final class Script {
    private static final Stands STANDS = new Stands();
    private static Frames frames;
    private static Report report;

    /** A reply that no answer of ours gives, or one that says that the answer has no such method. */
    private static final class Broken extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What is called: the class, the method or constructor as the script declares it, the object it is called on. */
    record Asked(Class<?> type, Executable member, Object subject) {
        private Object how() {
            return member instanceof Method ? subject : (Object) true;
        }

        private String name() {
            return member instanceof Method ? member.getName() : type.getSimpleName();
        }

        private Type result() {
            return member instanceof Method method ? method.getGenericReturnType() : Object.class;
        }
    }

    public static void main(String[] arguments) throws Throwable {
        frames = new Frames("/dev/null");
        report = new Report(frames);
        Values.crossing = STANDS;
        ClassLoader.getSystemClassLoader().setDefaultAssertionStatus(true);
        Throwable error = null;
        try {
            Runner.runAll(report);
        } catch (Throwable found) {
            error = found;
        }
        report.send(error == null ? "passed" : error == report.raised ? "raised" : "failed", error);
    }

    /** The body of every method that the script declares `native`; of a static one the object is null. */
    @SuppressWarnings("unchecked")
    public static <T> T call(Object subject, Object... values) {
        return (T) ask(caller(subject), values);
    }

    /** The body of every constructor that the script declares `native`. */
    public static void make(Object stand, Object... values) {
        Object made = ask(caller(stand), values);
        if (!(made instanceof Values.Reference reference)) {
            throw broken();
        }
        STANDS.bind(stand, reference.number(), true);
    }

    /** The body of the constructor by which an object of the answer's gets its stand-in; null: make() will follow. */
    public static void bind(Object stand, Handle handle) {
        if (handle != null) {
            STANDS.bind(stand, handle.number, false);
        }
    }

    public static boolean same(Object stand, Object other) {
        if (stand == other || !STANDS.isBound(stand) || !STANDS.mayAsk(stand, other)) {
            return stand == other;
        }
        try {
            Values.write(new Values.Box(other));
        } catch (Values.NotPlain error) {
            return false;
        }
        return (boolean) ask(ofObject(stand, "equals", Object.class), new Object[] {other});
    }

    public static int hash(Object stand) {
        return (int) ask(ofObject(stand, "hashCode"), new Object[0]);
    }

    public static String text(Object stand) {
        return (String) ask(ofObject(stand, "toString"), new Object[0]);
    }

    /** What an exception of the answer's says. */
    public static String message(Throwable stand) {
        return STANDS.isBound(stand) ? (String) ask(ofThrowable(stand), new Object[0]) : null;
    }

    private static Asked ofThrowable(Object stand) {
        try {
            return new Asked(stand.getClass(), Throwable.class.getMethod("getMessage"), stand);
        } catch (NoSuchMethodException error) {
            throw new IllegalStateException(error);
        }
    }

    private static Asked ofObject(Object stand, String name, Class<?>... taken) {
        try {
            return new Asked(stand.getClass(), Object.class.getMethod(name, taken), stand);
        } catch (NoSuchMethodException error) {
            throw new IllegalStateException(error);
        }
    }

    private static Asked caller(Object subject) {
        var walker = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
        var frame = walker.walk(all -> all.filter(one -> !one.getDeclaringClass().getName().startsWith("etude.calls.")).findFirst())
            .orElseThrow();
        Class<?> type = frame.getDeclaringClass();
        Class<?>[] taken = frame.getMethodType().parameterArray();
        try {
            boolean isNew = frame.getMethodName().equals("<init>");
            Executable member = isNew ? type.getDeclaredConstructor(taken) : type.getDeclaredMethod(frame.getMethodName(), taken);
            return new Asked(type, member, Modifier.isStatic(member.getModifiers()) ? null : subject);
        } catch (NoSuchMethodException error) {
            throw new IllegalStateException(error);
        }
    }

    static Object ask(Asked asked, Object[] values) {
        report.isAsked(asked.member(), values);
        if (asked.member() instanceof Method && asked.subject() != null && !STANDS.isBound(asked.subject())) {
            throw fault(asked.name() + ": this object is not the answer’s");
        }
        List<?> reply;
        try {
            frames.send("C", request(asked, values));
            reply = (List<?>) new Values.Reader(frames.receive()).read();
            bringBack(values, (List<?>) reply.get(2));
            if (reply.get(0).equals("value")) {
                Object value = reply.get(1);
                Object found = asked.result() == void.class || !(asked.member() instanceof Method) ? value
                    : new Values.Fitter().fit(value, asked.result());
                report.hasReply(asked.result() == void.class ? null : found);
                return asked.result() == void.class ? null : found;
            }
        } catch (Values.Misfit error) {
            throw unfit(asked, "result", error.getMessage());
        } catch (IOException | RuntimeException error) {
            throw broken();
        }
        throw refused(asked, (String) reply.get(0), reply.get(1));
    }

    private static byte[] request(Asked asked, Object[] values) {
        List<Object> given = new ArrayList<>();
        for (Object value : values) {
            given.add(new Values.Box(value));
        }
        String called = asked.member() instanceof Method ? asked.name() : "new";
        try {
            return Values.write(List.of(asked.type().getSimpleName(), called, given, new Values.Box(asked.how())));
        } catch (Values.NotPlain error) {
            throw fault(asked.name() + ": only plain values and objects of the answer’s can be handed over");
        }
    }

    /** The script itself is at fault. */
    private static Error fault(String words) {
        Error error = new Error(words);
        report.send("error", error);
        return error;
    }

    private static Error broken() {
        report.send("broken", null);
        return new Broken();
    }

    private static Error refused(Asked asked, String kind, Object detail) {
        if (kind.equals("raised")) {
            List<?> told = (List<?>) detail;
            Script.<RuntimeException>rethrow(report.isRaised(made(told), told));
        }
        return unfit(asked, kind, detail);
    }

    /** What the answer has does not fit what the tests ask of it: there is nothing to go on with. */
    private static Error unfit(Asked asked, String kind, Object detail) {
        report.missing = asked.name();
        report.detail = "" + detail;
        report.send(kind, null);
        return new Broken();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void rethrow(Throwable error) throws E {
        throw (E) error;
    }

    /** The script's own exception of that name, or that name's nearest; else the nearest of the library's. */
    private static Throwable made(List<?> told) {
        String text = (String) told.get(2);
        if (told.get(4) instanceof Values.Reference reference) {
            if (STANDS.find(reference, Throwable.class) instanceof Throwable stand) {
                return stand;
            }
            for (Object name : reference.names()) {
                Throwable own = Stands.exception("" + name, text);
                if (own != null) {
                    return own;
                }
            }
        }
        try {
            Class<?> type = Class.forName((String) told.get(0), false, null);
            Throwable known = Throwable.class.isAssignableFrom(type) ? Stands.thrown(type, text) : null;
            return known == null ? new RuntimeException(text) : known;
        } catch (ClassNotFoundException error) {
            return new RuntimeException(text);
        }
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
                    boolean isLong = item instanceof Long && list.stream().anyMatch(one -> one instanceof Long);
                    fitted.add(isLong ? item : new Values.Fitter().fit(item, Object.class));
                }
                ((List<Object>) list).clear();
                ((List<Object>) list).addAll(fitted);
            }
        }
    }
}
