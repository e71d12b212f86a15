// What tests in the manner of JUnit 5 use: as much of it as lessons do. Nothing need be installed.

package org.junit.jupiter.api;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.function.Executable;

@Retention(RetentionPolicy.RUNTIME) public @interface Test { }
@Retention(RetentionPolicy.RUNTIME) public @interface BeforeEach { }
@Retention(RetentionPolicy.RUNTIME) public @interface AfterEach { }
@Retention(RetentionPolicy.RUNTIME) public @interface BeforeAll { }
@Retention(RetentionPolicy.RUNTIME) public @interface AfterAll { }
@Retention(RetentionPolicy.RUNTIME) public @interface Disabled { String value() default ""; }
@Retention(RetentionPolicy.RUNTIME) public @interface DisplayName { String value(); }
@Retention(RetentionPolicy.RUNTIME) public @interface Nested { }
@Retention(RetentionPolicy.RUNTIME) public @interface RepeatedTest { int value(); }
@Retention(RetentionPolicy.RUNTIME) public @interface Tag { String value(); }
@Retention(RetentionPolicy.RUNTIME) public @interface Timeout { long value(); TimeUnit unit() default TimeUnit.SECONDS; }

public class Assertions {
    /** What is said without an own message is a Supplier: the words of an object of the answer's are a call. */
    private static void check(boolean holds, Object said, Object message) {
        if (!holds) {
            Object words = message == null ? said : message;
            throw new AssertionError(words instanceof Supplier<?> supplier ? supplier.get() : words);
        }
    }

    private static String shown(Object value) {
        return value != null && value.getClass().isArray() ? Arrays.deepToString(new Object[] {value}) : "" + value;
    }

    private static Supplier<String> instead(Object expected, Object found) {
        return () -> "expected: <" + shown(expected) + "> but was: <" + shown(found) + ">";
    }

    private static Supplier<String> different(Object found) {
        return () -> "expected: not equal but was: <" + shown(found) + ">";
    }

    public static void assertTrue(boolean holds) { check(holds, "expected: <true> but was: <false>", null); }
    public static void assertTrue(boolean holds, String message) { check(holds, "", message); }
    public static void assertTrue(boolean holds, Supplier<String> message) { check(holds, "", message); }
    public static void assertFalse(boolean holds) { check(!holds, "expected: <false> but was: <true>", null); }
    public static void assertFalse(boolean holds, String message) { check(!holds, "", message); }
    public static void assertNull(Object value) { check(value == null, instead(null, value), null); }
    public static void assertNull(Object value, String message) { check(value == null, "", message); }
    public static void assertNotNull(Object value) { check(value != null, "expected: not <null>", null); }
    public static void assertNotNull(Object value, String message) { check(value != null, "", message); }

    public static void assertEquals(long expected, long found) { check(expected == found, instead(expected, found), null); }
    public static void assertEquals(long expected, long found, String message) { check(expected == found, "", message); }
    public static void assertEquals(double expected, double found) { assertEquals(expected, found, 0.0, null); }
    public static void assertEquals(double expected, double found, double delta) { assertEquals(expected, found, delta, null); }
    public static void assertEquals(double expected, double found, double delta, String message) {
        boolean isSame = Double.compare(expected, found) == 0 || Math.abs(expected - found) <= delta;
        check(isSame, instead(expected, found), message);
    }
    public static void assertEquals(char expected, char found) { check(expected == found, instead(expected, found), null); }
    public static void assertEquals(int expected, Integer found) { assertEquals((Object) expected, (Object) found); }
    public static void assertNotEquals(int expected, Integer found) { assertNotEquals((Object) expected, (Object) found); }
    public static void assertEquals(Integer expected, int found) { assertEquals((Object) expected, (Object) found); }
    public static void assertNotEquals(Integer expected, int found) { assertNotEquals((Object) expected, (Object) found); }
    public static void assertEquals(long expected, Long found) { assertEquals((Object) expected, (Object) found); }
    public static void assertNotEquals(long expected, Long found) { assertNotEquals((Object) expected, (Object) found); }
    public static void assertEquals(Long expected, long found) { assertEquals((Object) expected, (Object) found); }
    public static void assertNotEquals(Long expected, long found) { assertNotEquals((Object) expected, (Object) found); }
    public static void assertEquals(double expected, Double found) { assertEquals((Object) expected, (Object) found); }
    public static void assertNotEquals(double expected, Double found) { assertNotEquals((Object) expected, (Object) found); }
    public static void assertEquals(Double expected, double found) { assertEquals((Object) expected, (Object) found); }
    public static void assertNotEquals(Double expected, double found) { assertNotEquals((Object) expected, (Object) found); }
    public static void assertEquals(char expected, Character found) { assertEquals((Object) expected, (Object) found); }
    public static void assertEquals(Character expected, char found) { assertEquals((Object) expected, (Object) found); }
    public static void assertEquals(byte expected, Byte found) { assertEquals((Object) expected, (Object) found); }
    public static void assertEquals(Byte expected, byte found) { assertEquals((Object) expected, (Object) found); }
    public static void assertEquals(Object expected, Object found) { assertEquals(expected, found, (String) null); }
    public static void assertEquals(Object expected, Object found, String message) {
        check(Objects.equals(expected, found), instead(expected, found), message);
    }
    public static void assertNotEquals(Object expected, Object found) {
        check(!Objects.equals(expected, found), different(found), null);
    }
    public static void assertNotEquals(long expected, long found) { check(expected != found, different(found), null); }
    public static void assertNotEquals(double expected, double found) {
        check(Double.compare(expected, found) != 0, different(found), null);
    }
    public static void assertNotEquals(Object expected, Object found, String message) {
        check(!Objects.equals(expected, found), "", message);
    }
    public static void assertArrayEquals(Object expected, Object found) { assertArrayEquals(expected, found, null); }
    public static void assertArrayEquals(Object expected, Object found, String message) {
        boolean isSame = Arrays.deepEquals(new Object[] {expected}, new Object[] {found});
        check(isSame, instead(expected, found), message);
    }
    public static void assertIterableEquals(Iterable<?> expected, Iterable<?> found) {
        List<Object> first = new ArrayList<>();
        List<Object> second = new ArrayList<>();
        expected.forEach(first::add);
        found.forEach(second::add);
        check(first.equals(second), instead(first, second), null);
    }
    public static void assertSame(Object expected, Object found) { check(expected == found, instead(expected, found), null); }
    public static void assertNotSame(Object expected, Object found) { check(expected != found, different(found), null); }
    public static <T> T assertInstanceOf(Class<T> type, Object found) {
        check(type.isInstance(found), "expected " + type.getSimpleName(), null);
        return type.cast(found);
    }
    public static void assertEquals(Object expected, Object found, Supplier<String> message) {
        check(Objects.equals(expected, found), "", message);
    }
    public static void assertFalse(boolean holds, Supplier<String> message) { check(!holds, "", message); }
    public static void assertArrayEquals(double[] expected, double[] found, double delta) {
        boolean isSame = expected.length == found.length;
        for (int place = 0; isSame && place < expected.length; place++) {
            isSame = Double.compare(expected[place], found[place]) == 0 || Math.abs(expected[place] - found[place]) <= delta;
        }
        check(isSame, instead(expected, found), null);
    }
    public static void assertTimeout(Duration limit, Executable code) {
        long start = System.nanoTime();
        assertDoesNotThrow(code);
        check(System.nanoTime() - start <= limit.toNanos(), "it took longer than " + limit.toMillis() + " ms", null);
    }
    public static void assertAll(String heading, Executable... all) { assertAll(all); }
    public static void assertAll(Executable... all) {
        for (Executable each : all) {
            assertDoesNotThrow(each);
        }
    }
    public static <T extends Throwable> T assertThrows(Class<T> type, Executable code) { return assertThrows(type, code, null); }
    public static <T extends Throwable> T assertThrows(Class<T> type, Executable code, String message) {
        try {
            code.execute();
        } catch (Throwable error) {
            if (type.isInstance(error)) {
                return type.cast(error);
            }
            throw new AssertionError(message != null ? message : "expected " + type.getSimpleName() + " but " + error);
        }
        throw new AssertionError(message != null ? message : "expected " + type.getSimpleName() + " to be thrown");
    }
    public static <T extends Throwable> T assertThrowsExactly(Class<T> type, Executable code) {
        T error = assertThrows(type, code, null);
        check(error.getClass() == type, "expected " + type.getSimpleName() + " but " + error.getClass().getSimpleName(), null);
        return error;
    }
    public static void assertDoesNotThrow(Executable code) {
        try {
            code.execute();
        } catch (Throwable error) {
            Assertions.<RuntimeException>rethrow(error);
        }
    }
    public static void fail() { throw new AssertionError(); }
    public static void fail(String message) { throw new AssertionError(message); }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void rethrow(Throwable error) throws E { throw (E) error; }
}
