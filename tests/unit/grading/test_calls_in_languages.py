"""Tables of calls in the languages that are not Python: values, mistakes, and attempts to be right without solving."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from tests.conditions import language_params, marks_of

from etude.grading.calls import parse_call
from etude.grading.engine import grade
from etude.grading.errors import JobError
from etude.grading.job import Job, Test, TestGroup
from etude.grading.verdict import Status

pytestmark = pytest.mark.long
FITS = "does not fit the types of"
C = """
#include <string.h>
#include <stddef.h>
struct Point { int x, y; };
int area(int a, int b) { return a * b; }
double mean(const double *a, int n) { double s = 0; for (int i = 0; i < n; i++) s += a[i]; return s / n; }
char *first(char *s) { s[1] = 0; return s; }
char letter(int n) { return 'A' + n; }
_Bool is_nothing(const char *p) { return p == NULL; }
int corner(int m[][3], int rows) { return m[rows - 1][2]; }
int below(int **m, int row) { return m[row][0]; }
int letters(char **w, int n) { int t = 0; for (int i = 0; i < n; i++) t += strlen(w[i]); return t; }
int flat(struct Point p) { return p.x * 10 + p.y; }
struct Point make(void) { struct Point p = {1, 2}; return p; }
int vowel(char c) { return c == 'a'; }
unsigned long long big(void) { return 18446744073709551615ULL; }
void nothing(int a) { }
int boom(int a) { return *(volatile int *) 8; }
#define SQUARE(x) ((x) * (x))
"""
CPP = """
#include <bits/stdc++.h>
using namespace std;
struct Point { double x, y; };
int area(int a, int b) { return a * b; }
double mean(const vector<int> &v) { double s = 0; for (int x : v) s += x; return s / v.size(); }
void order(vector<int> &v) { sort(v.begin(), v.end()); }
map<string, int> count_all(const vector<string> &v) { map<string, int> m; for (auto &s : v) m[s]++; return m; }
template <class T> T biggest(const vector<T> &v) { return *max_element(v.begin(), v.end()); }
pair<int, string> same(pair<int, string> p) { return p; }
optional<int> perhaps(int x) { if (x) return x; return nullopt; }
map<char, string> keyed(map<char, string> m) { return m; }
double far(Point a, Point b) { return hypot(a.x - b.x, a.y - b.y); }
int over(int) { return 1; }
int over(const string &) { return 2; }
int sum(int a[], int n) { return accumulate(a, a + n, 0); }
Point make() { return {1, 2}; }
auto next_of = [](int x) { return x + 1; };
int boom(int) { throw runtime_error("no"); }
set<int> as_set(vector<int> v) { return set<int>(v.begin(), v.end()); }
int main() { return 5; }
"""
JAVA = """
import java.util.*;
class Character { }
public class Main {
    static int area(int a, int b) { return a * b; }
    static double mean(int[] a) { double s = 0; for (int x : a) s += x; return s / a.length; }
    static char letter(int n) { return (char) ('A' + n); }
    static List<Integer> twice(List<Integer> l) { List<Integer> r = new ArrayList<>(); for (int x : l) r.add(2 * x); return r; }
    static Map<String, Integer> sizes(Set<String> s) { Map<String, Integer> m = new HashMap<>(); for (String x : s) m.put(x, x.length()); return m; }
    static int[][] table(int[][] m) { return m; }
    static int many(int... a) { return a.length; }
    static boolean isNothing(String s) { return s == null; }
    static Object make() { return new Main(); }
    static int over(int a) { return 1; }
    static int over(String a) { return 2; }
    int ofObject(int x) { return x + 1; }
    static void nothing() { }
    static int boom(int a) { int[] x = {1}; return x[a]; }
}
"""
CSHARP = """
using System;
using System.Collections.Generic;
class Program {
    static int area(int a, int b) { return a * b; }
    static double mean(int[] a) { double s = 0; foreach (int x in a) s += x; return s / a.Length; }
    static char letter(int n) { return (char) ('A' + n); }
    static List<int> twice(List<int> l) { var r = new List<int>(); foreach (int x in l) r.Add(2 * x); return r; }
    static Dictionary<string, int> sizes(HashSet<string> s) { var m = new Dictionary<string, int>(); foreach (var x in s) m[x] = x.Length; return m; }
    static int[,] table(int[,] m) { return m; }
    static int many(params int[] a) { return a.Length; }
    static bool isNothing(string s) { return s == null; }
    static object make() { return new Program(); }
    static (int, string) same((int, string) p) { return p; }
    static int perhaps(int a, int b = 3) { return a + b; }
    static decimal money(decimal a) { return 2 * a; }
    int ofObject(int x) { return x + 1; }
    static void nothing() { }
    static int boom(int a) { return new int[1][a]; }
}
"""
JAVASCRIPT = """
function area(a, b) { return a * b; }
const twice = (l) => l.map((x) => 2 * x);
const later = async (x) => x + 1;
const sizes = (s) => new Map([...s].map((x) => [x, x.length]));
const object = (o) => ({ a: o.k, b: [null, true, "é"] });
class Thing {}
const make = () => new Thing();
const nothing = () => {};
const boom = () => null.x;
module.exports.other = (x) => x + 1;
"""
ANSWERS = {"c": C, "cpp": CPP, "java": JAVA, "csharp": CSHARP, "javascript": JAVASCRIPT}
RIGHT = {
    "c": [
        ("mean([1, 2.5], 2)", "1.75"),
        ("first('abc')", "'a'"),
        ("letter(2)", "'C'"),
        ("is_nothing(None)", "True"),
        ("corner([[1, 2, 3], [4, 5, 6]], 2)", "6"),
        ("below([[1, 2], [3]], 1)", "3"),
        ("letters(['a', 'b\"\\n\\\\'], 2)", "5"),
        ("flat((1, 2))", "12"),
        ("vowel('a')", "1"),
        ("big()", "18446744073709551615"),
        ("area(-2147483648, 1)", "-2147483648"),
        ("nothing(1)", "None"),
        ("SQUARE(4)", "16"),
    ],
    "cpp": [
        ("mean([1, 2])", "1.5"),
        ("order([2, 1])", "None"),
        ("count_all(['a', 'b', 'a'])", "{'a': 2, 'b': 1}"),
        ("biggest([1, 5, 2])", "5"),
        ("same((1, 'a'))", "(1, 'a')"),
        ("perhaps(0)", "None"),
        ("perhaps(2)", "2"),
        ("keyed({'a': 'b'})", "{'a': 'b'}"),
        ("far((0, 0), (3, 4))", "5"),
        ("over(3)", "1"),
        ("over('a')", "2"),
        ("sum([1, 2, 3], 3)", "6"),
        ("next_of(1)", "2"),
        ("as_set([1, 1, 2])", "{1, 2}"),
    ],
    "java": [
        ("mean([1, 2])", "1.5"),
        ("letter(2)", "'C'"),
        ("twice([1, 2])", "[2, 4]"),
        ("sizes({'a', 'bb'})", "{'a': 1, 'bb': 2}"),
        ("table([[1], [2, 3]])", "[[1], [2, 3]]"),
        ("many(1, 2, 3)", "3"),
        ("isNothing(None)", "True"),
        ("over(3)", "1"),
        ("over('é')", "2"),
        ("ofObject(1)", "2"),
        ("nothing()", "None"),
    ],
    "csharp": [
        ("mean([1, 2])", "1.5"),
        ("letter(2)", "'C'"),
        ("twice([1, 2])", "[2, 4]"),
        ("sizes({'a', 'bb'})", "{'a': 1, 'bb': 2}"),
        ("table([[1, 4], [2, 3]])", "[[1, 4], [2, 3]]"),
        ("many(1, 2, 3)", "3"),
        ("isNothing(None)", "True"),
        ("same((1, 'é'))", "(1, 'é')"),
        ("perhaps(1)", "4"),
        ("money(1.25)", "2.5"),
        ("ofObject(1)", "2"),
        ("nothing()", "None"),
    ],
    "javascript": [
        ("twice((1, 2.5))", "(2, 5)"),
        ("later(1)", "2"),
        ("sizes({'a', 'bb'})", "{'a': 1, 'bb': 2}"),
        ("object({'k': 0.1})", "{'a': 0.1, 'b': [None, True, 'é']}"),
        ("nothing()", "None"),
        ("other(1)", "2"),
    ],
}
WRONG = {
    "c": [
        ("area(1)", Status.RTE, "another number of values (2)"),
        ("area('x', 1)", Status.RTE, FITS),
        ("mean(3, 4)", Status.RTE, FITS),
        ("make()", Status.WA, "no plain value"),
        ("boom(1)", Status.RTE, "segmentation fault"),
    ],
    "cpp": [
        ("area(1)", Status.RTE, "another number of values (2)"),
        ("area('x', 1)", Status.RTE, FITS),
        ("mean([1.5])", Status.RTE, FITS),
        ("make()", Status.WA, "no plain value"),
        ("boom(1)", Status.RTE, "std::runtime_error"),
    ],
    "java": [
        ("area(1)", Status.RTE, "another number of values (2)"),
        ("area('x', 1)", Status.RTE, FITS),
        ("make()", Status.WA, "no plain value"),
        ("boom(1)", Status.RTE, "stopped on line 18 of Main.java: java.lang.ArrayIndexOutOfBounds"),
    ],
    "csharp": [
        ("area(1)", Status.RTE, "another number of values (2)"),
        ("area('x', 1)", Status.RTE, FITS),
        ("make()", Status.WA, "no plain value"),
        ("boom(7)", Status.RTE, "stopped on line 19 of Program.cs: System.IndexOutOfRange"),
    ],
    "javascript": [
        ("make()", Status.WA, "no plain value"),
        ("boom()", Status.RTE, "stopped on line 10 of main.js: TypeError"),
    ],
}


def judged(judge, language, answer, *pairs, **fields):
    """The results of a table of calls, in their order."""
    tests = tuple(Test(name=str(n), call=parse_call(*pair)) for n, pair in enumerate(pairs))
    return judge(answer, language, tests=tests, limits={"cpu_time_s": 5.0}, **fields)


@pytest.mark.parametrize("language", language_params(ANSWERS))
def test_values_cross_both_ways(judge, language):
    pairs = [("area(3, 4)", "12"), *RIGHT[language]]

    verdict = judged(judge, language, ANSWERS[language], *pairs)

    assert [(test.status, str(test.message)) for test in verdict.tests] == [(Status.AC, "None")] * len(pairs)


@pytest.mark.parametrize("language", language_params(ANSWERS))
def test_how_a_call_goes_wrong_is_told_and_the_others_are_judged(judge, language):
    wrong = [("nowhere(1)", Status.RTE, "defines no nowhere"), ("area(3, 4)", Status.WA, "gives 12."), *WRONG[language]]

    verdict = judged(judge, language, ANSWERS[language], *((call, "13") for call, *_ in wrong), ("area(2, 3)", "6"))

    found = [(test.status, str(test.message)) for test in verdict.tests]
    assert found[-1] == (Status.AC, "None")
    for (_, status, sentence), (seen, message) in zip(wrong, found[:-1], strict=True):
        assert seen is status
        assert sentence in message


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        pytest.param(name, text, marks=marks_of(name))
        for name, text in (
            ("c", "int area(int a, int b) { return a * b\n"),
            ("c", "int area(int a, int b) {\n return c; }\n"),
            ("cpp", "int area(int a, int b) {\n return c; }\n"),
            ("java", 'class A { static int area(int a, int b) { return "x"; } }'),
            ("csharp", 'class A { static int area(int a, int b) { return "x"; } }'),
            ("javascript", "function area(a, b) {"),
        )
    ],
)
def test_an_answer_that_does_not_compile_is_told_its_own_lines(judge, language, answer):
    verdict = judged(judge, language, answer, ("area(3, 4)", "12"))

    assert verdict.status is Status.CE
    assert all("__etude" not in line.file for line in verdict.compile.lines)
    assert "etude" not in verdict.compile.output


@pytest.mark.compilers
def test_functions_may_stand_in_several_files(judge):
    files = {"o.h": b"int area(int,int);\n", "o.c": b"int area(int a, int b) { return a * b; }\n"}
    answer = '#include "o.h"\nint main(void) { return area(1, 2); }\n'

    verdict = judged(judge, "c", answer, ("area(3, 4)", "12"), beside=files)

    assert verdict.status is Status.AC


@pytest.mark.node
def test_a_module_of_javascript_is_called_too(jails):
    test = Test(name="t", call=parse_call("f(1)", "2"))
    groups = (TestGroup(name="g", tests=(test,)),)
    files = {"answer.mjs": b"import { sep } from 'node:path';\nexport const f = (x) => x + sep.length;\n"}

    verdict = grade(Job(language="javascript", files=files, groups=groups), jails)

    assert verdict.status is Status.AC


@pytest.mark.parametrize("language", language_params(["javascript", "c"]))
@pytest.mark.parametrize("call", ["f(x=1)", "f(b'a')", "f(1j)"])
def test_what_only_python_has_words_for_is_a_fault_of_the_job(judge, call, language):
    with pytest.raises(JobError, match="only Python"):
        judged(judge, language, ANSWERS[language], (call, "1"))


SECRET = "731904652"
ATTACKS = {
    "c": {
        "exit in a constructor": "__attribute__((constructor)) void f(void) { _exit(0); } int solve(int n) { return 0; }",
        "exit": "int solve(int n) { exit(0); }",
        "write the result and leave": """
__attribute__((constructor)) void f(void) {
    FILE *file = fopen("__etude_result", "w"); fputs("l2:s5:valuei1;", file); fclose(file); _exit(0);
}
int solve(int n) { return 0; }""",
        "atexit": "static void g(void) { _exit(0); } int solve(int n) { atexit(g); return 0; }",
        "an own main": "int solve(int n) { return 0; } int main(void) { _exit(0); }",
        "an own writer of values": 'void etude_put_double(double x) { puts("731904652"); } double solve(int n) { return 1; }',
        "every descriptor": 'int solve(int n) { for (int i = 0; i < 64; i++) write(i, "l2:s5:valuei731904652;", 22); return 0; }',
        "a link": 'int solve(int n) { symlink("/etc/passwd", "__etude_result"); _exit(0); }',
        "longjmp": "#include <setjmp.h>\njmp_buf b; int solve(int n) { longjmp(b, 1); }",
    },
    "cpp": {
        "exit in a constructor": "struct A { A() { _exit(0); } } a; int solve(int n) { return 0; }",
        "equal to everything": "struct A { template <class T> bool operator==(const T &) const { return true; } }; A solve(int n) { return {}; }",
        "throw": "int solve(int n) { throw 0; }",
        "a number that is anything": "struct A { template <class T> operator T() const { return T(); } }; A solve(int n) { return {}; }",
    },
    "java": {
        "exit in an initialiser": "class A { static { System.exit(0); } static int solve(int n) { return 0; } }",
        "halt in an initialiser": "class A { static { Runtime.getRuntime().halt(0); } static int solve(int n) { return 0; } }",
        "equal to everything": "class A { public boolean equals(Object o) { return true; } static A solve(int n) { return new A(); } }",
        "a number equal to everything": (
            "class A extends Number { public int intValue() { return 1; } public long longValue() { return 1; }"
            " public float floatValue() { return 1; } public double doubleValue() { return 1; }"
            " public boolean equals(Object o) { return true; } static A solve(int n) { return new A(); } }"
        ),
        "a list of its own": "class A extends java.util.ArrayList<A> { static A solve(int n) { return new A(); } }",
        "a shutdown hook": (
            "class A { static int solve(int n) { Runtime.getRuntime().addShutdownHook(new Thread(() -> { try {"
            ' java.nio.file.Files.writeString(java.nio.file.Path.of("__etude_result"), "l2:s5:valuei1;"); }'
            " catch (Exception e) { } })); return 0; } }"
        ),
        "write the result and leave": (
            'class A { static { try { java.nio.file.Files.writeString(java.nio.file.Path.of("__etude_result"),'
            ' "l2:s5:valuei1;"); } catch (Exception e) { } Runtime.getRuntime().halt(0); }'
            " static int solve(int n) { return 0; } }"
        ),
    },
    "csharp": {
        "exit in an initialiser": "class A { static A() { System.Environment.Exit(0); } static int solve(int n) { return 0; } }",
        "equal to everything": "class A { public override bool Equals(object o) { return true; } static A solve(int n) { return new A(); } }",
        "a list of its own": "class A : System.Collections.Generic.List<int> { static A solve(int n) { return new A(); } }",
    },
    "javascript": {
        "exit": "process.exit(0); function solve(n) { return 0; }",
        "exit in a call": "function solve(n) { process.reallyExit(0); }",
        "equal to everything": "const solve = (n) => ({ valueOf: () => 1, equals: () => true });",
        "write the result and leave": 'require("fs").writeFileSync("__etude_result", "l2:s5:valuei1;"); process.exit(0);',
        "an own writer of files": 'require("fs").writeFileSync = () => {}; const solve = (n) => 0;',
        "a getter": "const solve = (n) => ({ get a() { process.exit(0); } });",
    },
}


@pytest.mark.parametrize(
    ("language", "attack"),
    [
        pytest.param(name, text, id=f"{name}: {what}", marks=marks_of(name))
        for name, all_ in ATTACKS.items()
        for what, text in all_.items()
    ],
)
def test_no_answer_passes_a_call_without_solving(judge, language, attack):
    heads = {"c": "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n", "cpp": "#include <unistd.h>\n"}

    verdict = judged(judge, language, heads.get(language, "") + attack, ("solve(2)", SECRET))

    assert verdict.status in {Status.WA, Status.RTE, Status.CE}
    assert verdict.score == 0
