"""What is read of the functions of a text in C or C++."""

from __future__ import annotations

import pytest

from etude.grading.signatures import blanked, find_functions, split_list


def read(text):
    """The functions of a text as (name, result, parameters, whether it is defined)."""
    return [
        (
            f.name,
            f.result,
            tuple((p.base, p.stars, p.reference, p.dimensions) for p in f.parameters or ()),
            f.is_definition,
        )
        for f in find_functions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int f(void);", ("f", "int", (), False)),
        ("int f() { return g(1); }", ("f", "int", (), True)),
        ("static inline unsigned long f(int a);", ("f", "unsigned long", (("int", 0, "", ()),), False)),
        (
            "char *f(const char *s, char **t) {}",
            ("f", "char *", (("const char", 1, "", ()), ("char", 2, "", ())), True),
        ),
        (
            "void f(int m[][3], double[4]);",
            ("f", "void", (("int", 0, "", ("", "3")), ("double", 0, "", ("4",))), False),
        ),
        (
            "int f(int a[/* n * 2 */], int n);",
            ("f", "int", (("int", 0, "", ("/* n * 2 */",)), ("int", 0, "", ())), False),
        ),
        (
            "int f(std::vector<std::pair<int,int>> &v);",
            ("f", "int", (("std::vector<std::pair<int,int>>", 0, "&", ()),), False),
        ),
        ("int f(string &&s);", ("f", "int", (("string", 0, "&&", ()),), False)),
        ("// int g(int);\n#define h(x) (x)\nint f(int);", ("f", "int", (("int", 0, "", ()),), False)),
        ('extern "C" { int f(int); }', ("f", "int", (("int", 0, "", ()),), False)),
        (
            "struct P { int x; int g(int) { return 1; } };\nstruct P f(struct P p) {}",
            ("f", "struct P", (("struct P", 0, "", ()),), True),
        ),
        ("int x = g(3); int f(int a = 4);", ("f", "int", (("int", 0, "", ()),), False)),
    ],
)
def test_a_function_is_read(text, expected):
    assert read(text) == [expected]


def test_what_is_not_understood_has_no_parameters():
    (function,) = find_functions("int f(int (*g)(int), ...) { return 0; }")

    assert function.parameters is None
    assert function.takes(7)


def test_default_values_and_templates_are_noted():
    plain, template = find_functions("int f(int a, int b = 2) {} template <class T> T g(T a) {}")

    assert [plain.takes(count) for count in range(4)] == [False, True, True, False]
    assert (template.name, template.is_template, plain.is_template) == ("g", True, False)


@pytest.mark.parametrize(
    "text", ["if (x) { }", "int main", "(((", "}}}{{{", "f(", '"', "/*", "A::A() : x(1) {}", "int a[f(3)];"]
)
def test_odd_texts_are_read_without_harm(text):
    assert find_functions(text) == []


def test_blanked_text_keeps_its_length_and_lines():
    text = 'a "b\\"c" // d\n/* e\nf */ \'g\' h'

    assert (len(blanked(text)), blanked(text).count("\n"), blanked(text).split()) == (len(text), 2, ["a", "h"])


def test_a_list_is_split_at_its_outer_commas():
    assert [part.strip() for part in split_list('a<b, c>, d(e, f), "g, h"')] == ["a<b, c>", "d(e, f)", '"g, h"']
    assert split_list(" ") == []
