"""What errors mean in a beginner's words: each with the program that makes it, and what the language says of it.

The files in `errors/` hold, for each error of a language, its program, the line, the language's own words and ours.
"""

from __future__ import annotations

import re
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from etude.grading import explanations, languages
from etude.grading.engine import run_once
from etude.grading.jails import JailSet
from etude.grading.job import Limits, RunJob
from etude.grading.messages import Message

FOLDER = Path(__file__).parent / "errors"
ERRORS: dict[str, dict[str, dict[str, Any]]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
}
ASKED = {"python": 20, "cpp": 20, "csharp": 20, "java": 20, "c": 10, "javascript": 10, "shell": 10, "sql": 10}
NAMED = re.compile(r"\(\?P<(\w+)>")
PLACE = re.compile(r"%\((\w+)\)s")


def test_every_language_explains_as_many_errors_as_were_promised() -> None:
    counts = {name: len({case["said"] for case in cases.values()}) for name, cases in ERRORS.items()}

    assert set(counts) == set(languages.load()) == set(explanations.load())
    assert not {name: count for name, count in counts.items() if count < ASKED[name]}


@pytest.mark.parametrize("language", ERRORS)
def test_the_words_of_the_language_become_words_for_beginners(language: str) -> None:
    explain = partial(explanations.explain, language)

    said = {name: str(explain(case["error"])) for name, case in ERRORS[language].items() if case["error"]}

    assert said == {name: ERRORS[language][name]["said"] for name in said}


@pytest.mark.parametrize("language", explanations.load())
def test_every_place_of_a_sentence_is_filled_by_its_expression(language: str) -> None:
    for expression, sentence in explanations.load()[language].rules:
        assert set(PLACE.findall(sentence)) <= set(NAMED.findall(expression)), expression


def test_an_error_that_nobody_foresaw_or_a_language_without_words_is_left_alone() -> None:
    assert explanations.explain("python", "OwnError: no") is None
    assert explanations.explain("cobol", "NameError: name 'x' is not defined") is None


def test_what_a_program_puts_into_its_error_is_cut() -> None:
    said = explanations.explain("python", f"KeyError: '{'x' * 10_000}'")

    assert said is not None
    assert len(str(said.values["key"])) == explanations.MAX_VALUE_CHARACTERS


@pytest.mark.long
@pytest.mark.parametrize("language", ERRORS)
def test_the_program_makes_the_error_on_its_line(language: str, tmp_path: Path) -> None:
    missing = not languages.load()[language].toolchain.state().is_available
    assert not missing, "the image of the long tests has every compiler"

    with JailSet() as jails:
        found = {name: _outcome(language, case, jails, tmp_path) for name, case in ERRORS[language].items()}

    assert found == {name: (case["line"], case["said"]) for name, case in ERRORS[language].items()}


def _outcome(language: str, case: dict[str, Any], jails: JailSet, cache_dir: Path) -> tuple[object, str]:
    """The line and the words of what a program's error is; words of this machine's Python may be others."""
    files = {languages.load()[language].source_name: case["program"].encode()}
    stdin = case.get("stdin", "").encode()
    limits = Limits(cpu_time_s=5.0)
    result = run_once(RunJob(language=language, files=files, stdin=stdin, limits=limits), jails, cache_dir=cache_dir)
    if not result.compile.ok:
        first = result.compile.lines[0]
        return first.line, str(explanations.explain(language, first.message))
    said = result.message or Message("nothing went wrong")
    words = explanations.explain(language, str(said.values.get("error") or ""))
    return said.values.get("line", 0), str(words or said)
