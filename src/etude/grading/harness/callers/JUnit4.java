// What tests in the manner of JUnit 4 use.

package org.junit;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.Assertions;

@Retention(RetentionPolicy.RUNTIME) public @interface Test {
    class None extends Throwable { private static final long serialVersionUID = 1; }
    Class<? extends Throwable> expected() default None.class;
    long timeout() default 0;
}
@Retention(RetentionPolicy.RUNTIME) public @interface Before { }
@Retention(RetentionPolicy.RUNTIME) public @interface After { }
@Retention(RetentionPolicy.RUNTIME) public @interface BeforeClass { }
@Retention(RetentionPolicy.RUNTIME) public @interface AfterClass { }
@Retention(RetentionPolicy.RUNTIME) public @interface Ignore { String value() default ""; }

public class Assert {
    public static void assertTrue(boolean holds) { Assertions.assertTrue(holds); }
    public static void assertTrue(String message, boolean holds) { Assertions.assertTrue(holds, message); }
    public static void assertFalse(boolean holds) { Assertions.assertFalse(holds); }
    public static void assertFalse(String message, boolean holds) { Assertions.assertFalse(holds, message); }
    public static void assertNull(Object value) { Assertions.assertNull(value); }
    public static void assertNotNull(Object value) { Assertions.assertNotNull(value); }
    public static void assertEquals(long expected, long found) { Assertions.assertEquals(expected, found); }
    public static void assertEquals(String message, long expected, long found) { Assertions.assertEquals(expected, found, message); }
    public static void assertEquals(double expected, double found, double delta) { Assertions.assertEquals(expected, found, delta); }
    public static void assertEquals(String message, double expected, double found, double delta) {
        Assertions.assertEquals(expected, found, delta, message);
    }
    public static void assertEquals(Object expected, Object found) { Assertions.assertEquals(expected, found); }
    public static void assertEquals(String message, Object expected, Object found) { Assertions.assertEquals(expected, found, message); }
    public static void assertArrayEquals(Object expected, Object found) { Assertions.assertArrayEquals(expected, found); }
    public static void fail() { Assertions.fail(); }
    public static void fail(String message) { Assertions.fail(message); }
}
