from __future__ import annotations

from decimal import Decimal

from etude.content import ActivityChecker
from etude.content.programs import (
    checker_fault,
    has_function_tests,
    known_checkers,
    known_languages,
    language_of_files,
    script_ending,
    script_endings,
)


def test_languages_and_checkers_are_the_engine_s():
    assert {"python", "c", "cpp"} <= set(known_languages())
    assert {"exact", "tokens", "lines", "floats", "unit_tests"} <= set(known_checkers())
    assert has_function_tests("python")
    assert not has_function_tests("shell")
    assert (script_ending("c"), script_ending("python"), script_ending("shell")) == ("c", "py", "py")
    assert {"py", "c", "cpp"} <= set(script_endings())


def test_the_language_of_files_is_the_first_that_fits():
    assert language_of_files(["a.txt", "main.py"], ["cpp", "python"]) == "python"
    assert language_of_files(["a.c"], ["c", "cpp"]) == "c"
    assert language_of_files(["a.txt"], ["python"]) is None


def test_options_that_do_not_fit_are_said():
    assert checker_fault(ActivityChecker(name="floats", options={"absolute_tolerance": Decimal("0.1")})) is None
    assert "speed" in str(checker_fault(ActivityChecker(name="floats", options={"speed": 1})))
