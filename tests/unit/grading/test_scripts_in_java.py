"""Tests of teachers in the manner of JUnit: they run in one virtual machine, the answer in another."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from etude.grading.job import Test
from etude.grading.verdict import Status

pytestmark = [pytest.mark.java, pytest.mark.long]

SCRIPT = """
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;
import java.util.*;

class Geometry {
    static native int area(int width, int height);
    static native double mean(int[] values);
    static native void order(int[] values);
    static native List<Integer> twice(List<Integer> values);
    static native String upper(String text) throws IllegalArgumentException;
}
class GeometryTest {
    int[] values;
    @BeforeEach void make() { values = new int[] {2, 1}; }
    @Test void area() { assertEquals(12, Geometry.area(3, 4)); }
    @Test void mean() { assertEquals(1.5, Geometry.mean(values), 1e-9, "the mean of 1 and 2 is 1.5"); }
    @Test void whatIsChanged() { Geometry.order(values); assertArrayEquals(new int[] {1, 2}, values); }
    @Test void lists() { assertEquals(List.of(2, 4), Geometry.twice(List.of(1, 2))); }
    @Test void exceptions() { assertThrows(IllegalArgumentException.class, () -> Geometry.upper(null)); }
    @Test @Disabled void leftOut() { fail(); }
}
"""
ANSWER = """
import java.util.*;
public class Geometry {
    static int area(int a, int b) { System.out.println("printed"); return a * b; }
    static double mean(int[] v) { double s = 0; for (int x : v) s += x; return s / v.length; }
    static void order(int[] v) { Arrays.sort(v); }
    static List<Integer> twice(List<Integer> v) { List<Integer> r = new ArrayList<>(); for (int x : v) r.add(2 * x); return r; }
    static String upper(String s) { if (s == null) throw new IllegalArgumentException("no"); return s.toUpperCase(); }
}
"""


@pytest.fixture
def check(judge):
    """Judge an answer by one script; the verdict."""

    def run(answer, script):
        return judge(answer, "java", tests=(Test(name="t", script=script.encode()),), limits={"cpu_time_s": 5.0})

    return run


def test_a_right_answer_passes(check):
    verdict = check(ANSWER, SCRIPT)

    assert (verdict.status, verdict.message, verdict.score) == (Status.AC, None, 10)
    assert verdict.tests[0].printed.text == "printed\n"


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        (("s / v.length", "s"), Status.WA, "the mean of 1 and 2 is 1.5"),
        (("Arrays.sort(v)", "v[0] = 7"), Status.WA, "expected: <[[1, 2]]> but was: <[[7, 1]]>"),
        (("int area", "int aera"), Status.RTE, "The program defines no area."),
        (
            ("return a * b", "return a / (b - b)"),
            Status.RTE,
            "The program stopped on line 4: ArithmeticException: / by zero",
        ),
        (("int area(int a, int b)", "int area(int b, String a)"), Status.CE, "does not compile"),
        (
            ("static int area(int a, int b) {", "static int area(int a) { int b = 1;"),
            Status.RTE,
            "area takes another number of values (1) than the test gives.",
        ),
        (
            (
                'int area(int a, int b) { System.out.println("printed"); return a * b;',
                "int area(int a, String b) { return 12;",
            ),
            Status.RTE,
            "What the test gives to area does not fit its types: static int Geometry.area(int,String) – 4 → String",
        ),
        (
            (
                "static double mean(int[] v) {",
                'static String mean(int[] v) { return "much"; } static double rest(int[] v) {',
            ),
            Status.WA,
            "mean gives another kind of value than it should: much → double",
        ),
        (
            ("throw new IllegalArgumentException", "throw new IllegalStateException"),
            Status.WA,
            "expected IllegalArgumentException",
        ),
        (("return a * b", "while (true)"), Status.TLE, "The program"),
        (("return a * b", "return a *"), Status.CE, "does not compile"),
    ],
)
def test_how_an_answer_goes_wrong_is_told(check, change, status, sentence):
    verdict = check(ANSWER.replace(*change), SCRIPT)

    assert (verdict.status, verdict.score) == (status, 0)
    assert sentence in str(verdict.tests[0].message if verdict.tests else verdict.message)


def test_scripts_in_the_manner_of_junit_4_and_plain_asserts_run_too(check):
    old = "class Geometry { static native int area(int a, int b); static native String upper(String s); }\n"
    junit = (
        "import org.junit.*; import static org.junit.Assert.*;\n"
        + old
        + (
            "public class T { @Test public void a() { assertEquals(6, Geometry.area(2, 3)); }"
            " @Test(expected = IllegalArgumentException.class) public void b() { Geometry.upper(null); } }"
        )
    )
    plain = old + 'class T { public static void main(String[] a) { assert Geometry.area(2, 3) == 7 : "2 by 3 is 6"; } }'

    assert check(ANSWER, junit).status is Status.AC
    assert str(check(ANSWER, plain).tests[0].message) == "2 by 3 is 6"


def test_a_script_that_does_not_compile_is_no_fault_of_the_answer(check):
    verdict = check(ANSWER, SCRIPT.replace("12", "twelve"))

    assert verdict.status is Status.IE
    assert "The test script itself is at fault (line 16" in str(verdict.message)


SECRET = "731904652"
SOLVE = f"""
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;
class Answer {{ static native int solve(int n); static native Object object(int n); }}
class Checks {{
    @Test void value() {{ assertEquals({SECRET}, Answer.solve(2)); assertEquals({SECRET}1L, (long) Answer.solve(3)); }}
    @Test void object() {{ assertEquals("{SECRET}", Answer.object(2)); }}
}}
"""
REPORT = '{\\"outcome\\": \\"passed\\"}'
ATTACKS = {
    "exit in an initialiser": "class Answer { static { System.exit(0); } static int solve(int n) { return 0; } }",
    "halt in an initialiser": "class Answer { static { Runtime.getRuntime().halt(0); } static int solve(int n) { return 0; } }",
    "exit in a call": "class Answer { static int solve(int n) { System.exit(0); return 0; } }",
    "equal to everything": "class Answer { public boolean equals(Object o) { return true; } static Object solve(int n) { return new Answer(); } static Object object(int n) { return new Answer(); } }",
    "a report on standard output": f'class Answer {{ static int solve(int n) {{ try (var out = new java.io.FileOutputStream(java.io.FileDescriptor.out)) {{ out.write(new byte[] {{0, 0, 0, 23, 68}}); out.write("{REPORT}".getBytes()); }} catch (Exception e) {{ }} return 0; }} }}',
    "a report in a file": f'class Answer {{ static int solve(int n) throws Exception {{ java.nio.file.Files.writeString(java.nio.file.Path.of("report"), "{REPORT}"); return 0; }} }}',
    "look for the script": 'class Answer { static int solve(int n) throws Exception { for (var p : java.nio.file.Files.list(java.nio.file.Path.of(".")).toList()) { String t = java.nio.file.Files.readString(p, java.nio.charset.StandardCharsets.ISO_8859_1); int i = t.indexOf("7319"); if (i >= 0) return Integer.parseInt(t.substring(i, i + 9)); } return 0; } }',
    "own assertions": "class Assertions { static void assertEquals(Object a, Object b) { } } class Answer { static int solve(int n) { return 0; } }",
    "a shutdown hook": "class Answer { static int solve(int n) { Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0))); System.exit(0); return 0; } }",
    "throw what a test might": "class Answer { static int solve(int n) throws Throwable { throw new InterruptedException(); } }",
    "an error of the machine": "class Answer { static int solve(int n) { throw new ThreadDeath(); } }",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_answer_passes_a_script_without_solving(check, attack):
    verdict = check(attack, SOLVE)

    assert verdict.status in {Status.WA, Status.RTE}
    assert verdict.score == 0


NESTED = """
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;

class Geometry { static native int area(int width, int height); }
class GeometryTest {
    int side;
    @BeforeEach void make() { side = 3; }
    @Nested class Squares {
        int double_;
        @BeforeEach void twice() { double_ = 2 * side; }
        @Test void small() { assertEquals(9, Geometry.area(side, side)); }
        @Nested class Large {
            @Test void large() { assertEquals(36, Geometry.area(double_, double_)); }
        }
    }
}
"""


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("", "", Status.AC),
        ("a * b", "a * b > 30 ? 1 : a * b", Status.WA),
        ("a * b", "a * b < 30 ? 1 : a * b", Status.WA),
    ],
)
def test_nested_classes_of_tests_run_within_the_objects_around_them(check, old, new, status):
    assert check(ANSWER.replace(old, new) if old else ANSWER, NESTED).status is status
