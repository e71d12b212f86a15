// Where the values of parametrised tests come from.

package org.junit.jupiter.params.provider;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

@Retention(RetentionPolicy.RUNTIME) public @interface ValueSource {
    byte[] bytes() default {};
    short[] shorts() default {};
    int[] ints() default {};
    long[] longs() default {};
    float[] floats() default {};
    double[] doubles() default {};
    char[] chars() default {};
    boolean[] booleans() default {};
    String[] strings() default {};
    Class<?>[] classes() default {};
}
@Retention(RetentionPolicy.RUNTIME) public @interface CsvSource {
    String[] value() default {};
    String textBlock() default "";
    char delimiter() default ',';
}
@Retention(RetentionPolicy.RUNTIME) public @interface MethodSource { String[] value() default {}; }
@Retention(RetentionPolicy.RUNTIME) public @interface NullSource { }
@Retention(RetentionPolicy.RUNTIME) public @interface EmptySource { }
@Retention(RetentionPolicy.RUNTIME) public @interface NullAndEmptySource { }

public interface Arguments {
    Object[] get();

    static Arguments of(Object... all) { return () -> all; }
    static Arguments arguments(Object... all) { return () -> all; }
}
