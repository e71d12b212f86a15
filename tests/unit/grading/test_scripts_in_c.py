"""Assert programs of teachers in C and C++: they run in one jail, the answer in another."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from etude.grading.errors import JobError
from etude.grading.job import Test
from etude.grading.verdict import Status

pytestmark = [pytest.mark.compilers, pytest.mark.long]

C_SCRIPT = """
#include <assert.h>
#include <string.h>
int area(int a, int b);
double mean(const int values[/* count */], int count);
void order(int values[/* n */], int n);
void swap(int a[1], int b[1]);
char *reverse(char *text);
int letters(const char *words[/* n */], int n);
void twice(double table[/* rows */][3], int rows);

void test_area(void) { assert(area(3, 4) == 12); }
void test_mean(void) { int v[] = {1, 2}; assert(mean(v, 2) == 1.5 && "the mean of 1 and 2 is 1.5"); }
void test_what_is_changed(void) {
    int v[] = {3, 1, 2}; order(v, 3); assert(v[0] == 1 && v[2] == 3);
    int a = 1, b = 2; swap(&a, &b); assert(a == 2 && b == 1);
    char t[] = "abc"; assert(strcmp(reverse(t), "cba") == 0); assert(strcmp(t, "cba") == 0);
    const char *w[] = {"a", "bcd"}; assert(letters(w, 2) == 4);
    double m[2][3] = {{1, 2, 3}, {4, 5, 6}}; twice(m, 2); assert(m[1][2] == 12);
}
"""
C_ANSWER = """
#include <stdio.h>
#include <string.h>
int area(int a, int b) { printf("printed\\n"); return a * b; }
double mean(const int *v, int n) { double s = 0; for (int i = 0; i < n; i++) s += v[i]; return s / n; }
void order(int *v, int n) { for (int i = 0; i < n; i++) for (int j = i; j < n; j++) if (v[j] < v[i]) { int t = v[i]; v[i] = v[j]; v[j] = t; } }
void swap(int *a, int *b) { int t = *a; *a = *b; *b = t; }
char *reverse(char *s) { int n = strlen(s); for (int i = 0; i < n / 2; i++) { char c = s[i]; s[i] = s[n - 1 - i]; s[n - 1 - i] = c; } return s; }
int letters(const char **w, int n) { int t = 0; for (int i = 0; i < n; i++) t += strlen(w[i]); return t; }
void twice(double m[][3], int rows) { for (int i = 0; i < rows; i++) for (int j = 0; j < 3; j++) m[i][j] *= 2; }
int main(void) { return 1; }
"""
CPP_SCRIPT = """
#include <cassert>
#include <map>
#include <string>
#include <vector>
using namespace std;
double mean(const vector<int> &values);
void order(vector<int> &values);
map<string, int> count_all(vector<string> words);
string upper(string text);
char letter(int n);
int sum(const int values[/* n */], int n);

int main() {
    assert(mean({1, 2}) == 1.5);
    vector<int> v{2, 1}; order(v); assert(v[0] == 1);
    auto m = count_all({"a", "a", "b"}); assert(m["a"] == 2);
    assert(upper("ab") == "AB"); assert(letter(1) == 'B');
    int a[] = {1, 2, 3}; assert(sum(a, 3) == 6);
}
"""
CPP_ANSWER = """
#include <bits/stdc++.h>
using namespace std;
double mean(const vector<int> &v) { double s = 0; for (int x : v) s += x; return s / v.size(); }
void order(vector<int> &v) { sort(v.begin(), v.end()); }
map<string, int> count_all(vector<string> w) { map<string, int> m; for (auto &s : w) m[s]++; return m; }
string upper(string s) { for (auto &c : s) c = toupper(c); return s; }
char letter(int n) { return 'A' + n; }
int sum(const int *a, int n) { return accumulate(a, a + n, 0); }
"""


@pytest.fixture
def check(judge):
    """Judge an answer by one script; the verdict."""

    def run(answer, script, language="c", **fields):
        tests = (Test(name="t", script=script.encode(), **fields.pop("of_test", {})),)
        return judge(answer, language, tests=tests, limits={"cpu_time_s": 2.0}, **fields)

    return run


@pytest.mark.parametrize(("language", "answer", "script"), [("c", C_ANSWER, C_SCRIPT), ("cpp", CPP_ANSWER, CPP_SCRIPT)])
def test_a_right_answer_passes(check, language, answer, script):
    verdict = check(answer, script, language)

    assert (verdict.status, verdict.message, verdict.score) == (Status.AC, None, 10)


def test_what_the_answer_prints_is_shown_and_what_it_reads_is_the_tests_input(check):
    answer = '#include <stdio.h>\nint ask(void) { int n; puts("?"); return scanf("%d", &n) == 1 ? n : -1; }\n'

    verdict = check(
        answer,
        "#include <assert.h>\nint ask(void);\nvoid test(void) { assert(ask() == 42); }",
        of_test={"stdin": b"42\n"},
    )

    assert (verdict.status, verdict.tests[0].printed.text) == (Status.AC, "?\n")


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        (("return s / n", "return s"), Status.WA, "the mean of 1 and 2 is 1.5"),
        (("return a * b", "return a"), Status.WA, "The check on line 12 failed."),
        (("int area(int a, int b)", "int aera(int a, int b)"), Status.RTE, "The program defines no area."),
        (
            ("int area(int a, int b) {", "int area(int a) { int b = 1;"),
            Status.RTE,
            "What the test gives to area does not fit its types: too many arguments",
        ),
        (("return a * b", "return *(volatile int *) 8"), Status.RTE, "segmentation fault"),
        (("return a * b", "for (;;)"), Status.TLE, "The program"),
        (("return a * b", "return a * b +"), Status.CE, "does not compile"),
    ],
)
def test_how_an_answer_goes_wrong_is_told(check, change, status, sentence):
    verdict = check(C_ANSWER.replace(*change), C_SCRIPT)

    assert (verdict.status, verdict.score) == (status, 0)
    assert sentence in str(verdict.tests[0].message if verdict.tests else verdict.message)


def test_signatures_may_stand_in_a_header_beside_the_script(check):
    script = '#include <assert.h>\n#include "shapes.h"\nvoid test(void) { assert(area(2, 3) == 6); }'

    verdict = check(C_ANSWER, script, of_test={"files": {"shapes.h": b"int area(int, int);\n"}})

    assert verdict.status is Status.AC


@pytest.mark.parametrize("script", ["int main(void) { x; }", "#include <stdlib.h>\nint main(void) { abort(); }"])
def test_a_script_that_is_at_fault_is_no_fault_of_the_answer(check, script):
    verdict = check(C_ANSWER, script)

    assert verdict.status is Status.IE
    assert "The test script itself is at fault" in str(verdict.tests[0].message if verdict.tests else verdict.message)


def test_a_script_that_gives_another_exit_code_than_0_has_failed(check):
    assert check(C_ANSWER, "int main(void) { return 3; }").status is Status.WA


@pytest.mark.parametrize(
    "declaration",
    [
        "int f(int *values, int n);",
        "struct P { int x; }; int f(struct P p);",
        "void f(void *p);",
        "int *f(int n);",
        "int f(int (*g)(int));",
    ],
)
def test_a_type_that_cannot_cross_is_refused_by_name(check, declaration):
    with pytest.raises(JobError, match=r"^group/t\.c, line 1: the script’s function f has a type that cannot cross"):
        check(C_ANSWER, f"{declaration}\nint main(void) {{ return 0; }}")


SECRET = "731904652"
SCRIPT = f"#include <assert.h>\nint solve(int n);\nvoid test(void) {{ assert(solve(2) == {SECRET}); assert(solve(3) == 1{SECRET}); }}"
TOP = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n#include <setjmp.h>\n"
REPORT = '{\\"outcome\\": \\"passed\\"}'
ATTACKS = {
    "exit": "int solve(int n) { exit(0); }",
    "_exit": "int solve(int n) { _exit(0); }",
    "_exit in a constructor": "__attribute__((constructor)) void f(void) { _exit(0); } int solve(int n) { return 0; }",
    "atexit": "static void g(void) { _exit(0); } int solve(int n) { atexit(g); exit(0); }",
    "an own assert": "void __assert_fail(const char *a, const char *b, unsigned c, const char *d) { exit(0); } int solve(int n) { return 0; }",
    "an own strcmp and memcmp": "int strcmp(const char *a, const char *b) { return 0; } int memcmp(const void *a, const void *b, size_t n) { return 0; } int solve(int n) { return 0; }",
    "longjmp": "static jmp_buf b; int solve(int n) { longjmp(b, 1); }",
    "abort": "int solve(int n) { abort(); }",
    "a report on every descriptor": f'int solve(int n) {{ char r[99] = {{0, 0, 0, 23, 68}}; strcpy(r + 5, "{REPORT}"); for (int i = 0; i < 64; i++) write(i, r, 27); return 0; }}',
    "a report in a file": f'int solve(int n) {{ FILE *f = fopen("report", "w"); fputs("{REPORT}", f); fclose(f); return 0; }}',
    "look for the script": 'int solve(int n) { FILE *f = fopen("checks.c", "r"); if (!f) return 0; char t[999] = {0}; fread(t, 1, 998, f); return atoi(strstr(t, "7319")); }',
    "another main": "int solve(int n) { return 0; } int main(void) { _exit(0); }",
    "frames without a call": '__attribute__((constructor)) void f(void) { for (int i = 0; i < 99; i++) write(1, "\\0\\0\\0\\5ti0;;", 9); } int solve(int n) { return 0; }',
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_answer_passes_a_script_without_solving(check, attack):
    verdict = check(TOP + attack, SCRIPT)

    assert verdict.status in {Status.WA, Status.RTE}
    assert verdict.score == 0


def test_an_object_equal_to_everything_is_no_number_in_cpp(check):
    answer = "struct A { operator int() const { return 0; } template <class T> bool operator==(const T &) const { return true; } }; A solve(int) { return {}; }"

    verdict = check(answer, SCRIPT, "cpp")

    assert (verdict.status, verdict.score) == (Status.WA, 0)
