from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from etude.cli.talk import CommandError, Exit, _, language, listen, number, speak, told
from etude.grading.errors import JobError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "FR"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "LC_MESSAGES": "en_CA.UTF-8"}, "en"),
        ({"LANG": "en_CA.UTF-8", "LC_ALL": "fr_FR"}, "fr"),
        ({"LC_ALL": "en_CA", "ETUDE_LANGUAGE": "fr"}, "fr"),
        ({"LANG": "fr_CA", "ETUDE_LANGUAGE": "en"}, "en"),
        ({"LANG": "fr_CA", "ETUDE_LANGUAGE": "de"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_language_is_the_one_that_was_set_else_the_terminals(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken: str
) -> None:
    monkeypatch.delenv("LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    listen([])

    assert language() == spoken


def school(folder: Path, locale: str) -> None:
    """Make the database of a school, as far as its language is concerned."""
    with closing(sqlite3.connect(folder / "etude.db")) as connection:
        connection.execute("CREATE TABLE school (locale TEXT)")
        connection.execute("INSERT INTO school VALUES (?)", (locale,))
        connection.commit()


@pytest.mark.parametrize("option", ["--data {}", "--data={}", "--data nowhere backup list --data {}"])
def test_language_of_the_school_comes_before_the_terminals(tmp_path: Path, option: str) -> None:
    school(tmp_path, "fr")

    listen(option.format(tmp_path).split())

    assert language() == "fr"
    assert [file.name for file in tmp_path.iterdir()] == ["etude.db"]


def test_folder_of_the_environment_is_asked_for_the_schools_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school(tmp_path, "fr")
    monkeypatch.setenv("ETUDE_DATA", str(tmp_path))

    listen(["doctor"])

    assert language() == "fr"


def test_language_that_was_set_comes_before_the_schools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    school(tmp_path, "fr")
    monkeypatch.setenv("ETUDE_LANGUAGE", "en")

    listen(["--data", str(tmp_path)])

    assert language() == "en"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_data_without_a_school_leaves_the_choice_to_the_terminal(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "etude.db").write_bytes(content)

    listen(["--data", str(tmp_path)])

    assert language() == "en"


def test_answer_of_the_first_start_counts_from_there_on() -> None:
    speak("fr")

    assert _("Time zone") == "Fuseau horaire"


def test_marked_value_is_translated_with_its_sentence() -> None:
    speak("fr")

    reason = JobError("Two test groups have one name.")

    assert _("This cannot be judged: %(reason)s", reason=reason) == (
        "Ceci ne peut pas être évalué\u00a0: Deux groupes de tests portent le même nom."
    )


def test_plain_text_is_told_as_it_is() -> None:
    speak("fr")

    assert told("Python 3.13, 100 %") == "Python 3.13, 100 %"


@pytest.mark.parametrize(("locale", "text"), [("en", "1.5"), ("fr", "1,5")])
def test_numbers_are_written_as_the_reader_does(locale: str, text: str) -> None:
    speak(locale)

    assert number(1.54) == text


def test_places_of_a_sentence_are_filled() -> None:
    assert _("The database is at %(revision)s.", revision="0001") == "The database is at 0001."


def test_percent_sign_in_a_plain_sentence_stays() -> None:
    assert _("100 % sure") == "100 % sure"


def test_refusal_is_printed_without_an_introduction(capsys: pytest.CaptureFixture[str]) -> None:
    refusal = CommandError("No.", code=Exit.CANNOT)

    refusal.show()

    assert (refusal.exit_code, capsys.readouterr().err) == (3, "No.\n")
