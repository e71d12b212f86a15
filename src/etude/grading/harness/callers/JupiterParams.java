// What tests in the manner of JUnit 5 use that run once for each of some values.

package org.junit.jupiter.params;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

@Retention(RetentionPolicy.RUNTIME) public @interface ParameterizedTest {
    String name() default "";
}
