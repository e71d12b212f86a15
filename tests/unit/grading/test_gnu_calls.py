"""What is written behind an answer in C or C++; that compilers take it is shown by `test_calls_in_languages.py`."""

from __future__ import annotations

import pytest

from etude.grading import gnu_calls
from etude.grading.calls import parse_call
from etude.grading.languages import Source


def written(files: dict[str, str], *calls: str, main: str) -> dict[str, str]:
    """The files of an answer with what makes these calls."""
    source = Source(files={name: text.encode() for name, text in files.items()}, main=main)
    extensions, is_cpp = ((".cpp",), True) if main.endswith(".cpp") else ((".c",), False)
    asked = [parse_call(call, "1") for call in calls]
    made = gnu_calls.wrap(source, asked, {}, extensions=extensions, is_cpp=is_cpp)
    return {name: made.files[name].decode() for name in files}


@pytest.mark.parametrize(
    ("function", "call", "variables"),
    [
        ("int f(char *s) {}", "f('ab')", [r'static char etude_value_0[] = "\141\142";']),
        (
            "int f(int *p) {}",
            "f(5)",
            ["static int etude_value_0_at = 5;", "int *etude_value_0 = &etude_value_0_at;"],
        ),
        ("int f(int m[][2]) {}", "f([[1, 2], [3, 4]])", ["static int etude_value_0[2][2] = {{1, 2}, {3, 4}};"]),
        (
            "int f(int **m) {}",
            "f([[1, 2], [3]])",
            [
                "static int etude_value_0_0[2] = {1, 2};",
                "static int etude_value_0_1[1] = {3};",
                "int *etude_value_0[2] = {etude_value_0_0, etude_value_0_1};",
            ],
        ),
        (
            "int f(const char *words[]) {}",
            "f(['a', 'b'])",
            [
                r'static const char etude_value_0_0[] = "\141";',
                r'static const char etude_value_0_1[] = "\142";',
                "const char *etude_value_0[2] = {etude_value_0_0, etude_value_0_1};",
            ],
        ),
    ],
)
def test_what_a_pointer_points_to_is_a_variable_that_stays(function, call, variables):
    made = written({"main.cpp": function}, call, main="main.cpp")["main.cpp"]

    assert f"{{ {' '.join(variables)} return f(etude_value_0); }}" in made


def test_a_function_in_another_file_is_declared_before_it_is_called():
    files = {
        "a.c": "int f(int a) { return a; }\n",
        "main.c": "double g(const double *x, int n) { return 0; }\nchar h(void) { return 'a'; }\nint main(void) {}\n",
    }

    made = written(files, "f(1)", "g([1.5], 1)", "h()", main="main.c")

    assert made["main.c"] == files["main.c"]
    assert "\ndouble g(const double *x, int n);\n" in made["a.c"]
    assert "\nchar h(void);\n" in made["a.c"]
    assert "f(int a);" not in made["a.c"]
