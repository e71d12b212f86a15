"""Errors of programs as the pages say them: a beginner's words first, the language's own kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask_babel import force_locale

from etude.web import program_errors

if TYPE_CHECKING:
    from flask import Flask

STOPPED = "The program stopped on line %(line)s of %(file)s: %(error)s"
ZERO = {"line": 3, "file": "main.py", "error": "ZeroDivisionError: division by zero"}


def test_an_error_is_said_in_the_readers_language_with_its_line(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        said = program_errors.of_run("python", STOPPED, ZERO)

    assert said.sentence == "Ligne 3 de main.py\N{NO-BREAK SPACE}: Le programme divise par zéro."
    assert said.raw.endswith("ZeroDivisionError: division by zero")


def test_an_error_without_a_file_or_without_a_line_is_said_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        lines = [
            program_errors.of_run("python", STOPPED, {"line": 3, "file": "", "error": ZERO["error"]}).sentence,
            program_errors.of_run("cpp", "The program stopped: %(error)s", {"error": "uncaught int"}).sentence,
        ]

    assert lines == [
        "Line 3: The program divides by zero.",
        "The program raised this error itself and nothing caught it: int",
    ]


def test_what_is_not_known_stays_as_it_was_said(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        said = [
            program_errors.of_run("python", STOPPED, {**ZERO, "error": "Own: x"}),
            program_errors.of_run("python", "", {}),
        ]

    assert said == [("The program stopped on line 3 of main.py: Own: x", ""), ("", "")]


def test_each_error_of_a_compiler_has_words_beside_it(app: Flask) -> None:
    lines = [
        {"file": "main.cpp", "line": 4, "message": 'missing terminating " character'},
        {"file": "", "line": 0, "message": "something new"},
    ]
    with app.test_request_context(), force_locale("en"):
        compiled = program_errors.of_compiler("cpp", {"ok": False, "lines": lines})

    assert compiled is not None
    assert [one["words"] for one in compiled["lines"]] == ["A text has no closing quote on its line.", ""]
    assert program_errors.first_of(compiled) == "Line 4: A text has no closing quote on its line."
    assert program_errors.first_of({"lines": compiled["lines"][1:]}) == program_errors.first_of({"lines": []}) == ""


def test_the_page_gets_expressions_of_its_own_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        rules = program_errors.rules("python")

    assert not [one for one, _sentence in rules if "(?P" in one]
    assert "Le programme divise par zéro." in [sentence for _one, sentence in rules]
    assert [name for _one, sentence in rules for name in re.findall(r"%\((\w+)\)s", sentence)]
    assert program_errors.rules("cobol") == []
