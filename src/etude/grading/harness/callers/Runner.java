// Jail A of a script in Java: finds its tests and runs them, in the manner of JUnit.

package etude.calls;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.BaseStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EmptySource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Runner {
    private static final String[] KINDS = {"Test", "ParameterizedTest", "RepeatedTest"};

    private Runner() {
    }

    static void runAll(Report report) throws Throwable {
        boolean hasTests = false;
        for (Class<?> type : Values.classes()) {
            boolean isTested = hasTests(type);
            hasTests |= isTested;
            if (isTested && !isNested(type)) {
                runClass(List.of(type), report);
            }
        }
        for (Class<?> type : hasTests ? List.<Class<?>>of() : Values.classes()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals("main") && Modifier.isStatic(method.getModifiers())) {
                    invoke(method, null, method.getParameterCount() == 0 ? new Object[0] : new Object[] {new String[0]});
                }
            }
        }
    }

    private static boolean isNested(Class<?> type) {
        return has(type.getAnnotations(), "Nested");
    }

    private static List<Class<?>> nestedIn(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses()).filter(Runner::isNested)
            .sorted(Comparator.comparing(Class::getName)).<Class<?>>map(each -> each).toList();
    }

    private static boolean hasTests(Class<?> type) {
        return !marked(type, KINDS).isEmpty() || nestedIn(type).stream().anyMatch(Runner::hasTests);
    }

    /** The tests of the last of these classes, of which each is nested in the one before, then of those nested in it. */
    private static void runClass(List<Class<?>> types, Report report) throws Throwable {
        Class<?> type = types.get(types.size() - 1);
        if (has(type.getAnnotations(), "Disabled", "Ignore")) {
            return;
        }
        for (Method each : marked(type, "BeforeAll", "BeforeClass")) {
            invoke(each, null);
        }
        for (Method method : marked(type, KINDS)) {
            for (Object[] arguments : has(method.getAnnotations(), "Disabled", "Ignore") ? List.<Object[]>of() : rounds(type, method)) {
                report.test = type.getSimpleName() + "::" + method.getName();
                runRound(types, method, arguments);
            }
        }
        for (Class<?> inner : nestedIn(type)) {
            List<Class<?>> further = new ArrayList<>(types);
            further.add(inner);
            runClass(further, report);
        }
        for (Method each : marked(type, "AfterAll", "AfterClass")) {
            invoke(each, null);
        }
    }

    /** One test on an object of its own, which lies in objects of the classes around: theirs begins first and ends last. */
    private static void runRound(List<Class<?>> types, Method method, Object[] arguments) throws Throwable {
        List<Object> subjects = new ArrayList<>();
        for (Class<?> type : types) {
            Class<?>[] taken = subjects.isEmpty() ? new Class<?>[0] : new Class<?>[] {type.getEnclosingClass()};
            Constructor<?> constructor = type.getDeclaredConstructor(taken);
            constructor.setAccessible(true);
            subjects.add(subjects.isEmpty() ? constructor.newInstance() : constructor.newInstance(subjects.get(subjects.size() - 1)));
        }
        for (int place = 0; place < types.size(); place++) {
            for (Method each : marked(types.get(place), "BeforeEach", "Before")) {
                invoke(each, subjects.get(place));
            }
        }
        runOne(method, subjects.get(subjects.size() - 1), arguments);
        for (int place = types.size() - 1; place >= 0; place--) {
            for (Method each : marked(types.get(place), "AfterEach", "After")) {
                invoke(each, subjects.get(place));
            }
        }
    }

    private static void runOne(Method method, Object subject, Object[] arguments) throws Throwable {
        org.junit.Test old = method.getAnnotation(org.junit.Test.class);
        if (old == null || old.expected() == org.junit.Test.None.class) {
            invoke(method, subject, arguments);
            return;
        }
        try {
            invoke(method, subject, arguments);
        } catch (Throwable error) {
            if (old.expected().isInstance(error)) {
                return;
            }
            throw error;
        }
        throw new AssertionError("expected " + old.expected().getSimpleName());
    }

    /** What a test is called with, once for each. Raises for a source that gives nothing: the script is at fault. */
    private static List<Object[]> rounds(Class<?> type, Method method) throws Throwable {
        List<Object[]> rounds = new ArrayList<>();
        if (!has(method.getAnnotations(), "ParameterizedTest")) {
            RepeatedTest repeated = method.getAnnotation(RepeatedTest.class);
            for (int round = 0; round < (repeated == null ? 1 : repeated.value()); round++) {
                rounds.add(new Object[0]);
            }
            return rounds;
        }
        Type[] taken = method.getGenericParameterTypes();
        for (Annotation each : method.getAnnotations()) {
            if (each instanceof NullSource || each instanceof NullAndEmptySource) {
                rounds.add(new Object[] {null});
            }
            if (each instanceof EmptySource || each instanceof NullAndEmptySource) {
                rounds.add(new Object[] {taken[0] == String.class ? "" : new Values.Fitter().fit(List.of(), taken[0])});
            }
            if (each instanceof ValueSource values) {
                addValues(values, rounds);
            }
            if (each instanceof CsvSource csv) {
                for (String row : csv.value().length > 0 ? csv.value() : csv.textBlock().split("\n")) {
                    if (!row.isBlank() && !row.strip().startsWith("#")) {
                        rounds.add(Csv.read(row, csv.delimiter(), taken));
                    }
                }
            }
            if (each instanceof MethodSource source) {
                for (String name : source.value().length > 0 ? source.value() : new String[] {method.getName()}) {
                    addAll(type, name, rounds);
                }
            }
        }
        if (rounds.isEmpty()) {
            throw new IllegalStateException(method.getName() + ": there is nothing to run it with");
        }
        return rounds;
    }

    private static void addValues(ValueSource values, List<Object[]> rounds) throws ReflectiveOperationException {
        for (Method kind : ValueSource.class.getDeclaredMethods()) {
            Object found = kind.invoke(values);
            for (int place = 0; place < Array.getLength(found); place++) {
                rounds.add(new Object[] {Array.get(found, place)});
            }
        }
    }

    private static void addAll(Class<?> type, String name, List<Object[]> rounds) throws Throwable {
        Method method = type.getDeclaredMethod(name);
        method.setAccessible(true);
        Object subject = null;
        if (!Modifier.isStatic(method.getModifiers())) {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            subject = constructor.newInstance();
        }
        for (Object each : many(method.invoke(subject))) {
            rounds.add(each instanceof Arguments all ? all.get() : each instanceof Object[] all ? all : new Object[] {each});
        }
    }

    private static List<Object> many(Object found) {
        List<Object> all = new ArrayList<>();
        if (found instanceof BaseStream<?, ?> stream) {
            stream.iterator().forEachRemaining(all::add);
        } else if (found instanceof Collection<?> items) {
            all.addAll(items);
        } else {
            for (int place = 0; place < Array.getLength(found); place++) {
                all.add(Array.get(found, place));
            }
        }
        return all;
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
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> has(method.getAnnotations(), names)).toList();
    }

    private static boolean has(Annotation[] found, String... names) {
        for (Annotation each : found) {
            Class<?> kind = each.annotationType();
            if (kind.getName().startsWith("org.junit.") && Arrays.asList(names).contains(kind.getSimpleName())) {
                return true;
            }
        }
        return false;
    }
}
