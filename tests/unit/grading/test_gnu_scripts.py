"""What a script in C++ may declare as the answer's; that compilers take it is shown by `test_scripts_in_c.py`."""

from __future__ import annotations

import pytest

from etude.grading.errors import JobError
from etude.grading.gnu_scripts import Scripts

SCRIPTS = Scripts((".cpp",), is_cpp=True)


@pytest.mark.parametrize(
    ("declaration", "kind"),
    [("int &f(int n);", "int &"), ("std::tuple<int...> f(int n);", "std::tuple<int...>")],
)
def test_what_a_function_gives_must_be_able_to_cross(declaration, kind):
    with pytest.raises(JobError, match=r"checks\.cpp, line 2: the script’s function f has a type") as fault:
        SCRIPTS.names(f"\n{declaration}".encode(), {})

    assert fault.value.values["type"] == kind


def test_a_reference_that_nobody_can_change_crosses_as_its_value():
    assert SCRIPTS.names(b"const int &f(int n);", {}) == ("f",)
