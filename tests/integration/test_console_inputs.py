"""Arguments and input files of a program in a console, from the page's request to the program."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests import classroom, factories
from tests.integration.test_consoles import Screen, open_console
from tests.integration.test_consoles import keeper as keeper
from tests.integration.test_consoles import room as room

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.worker.consoles import ConsoleKeeper

SHOWS = "import os, sys\nprint(ascii(sys.argv[1:]), sorted(os.listdir()), ascii(open('mots.txt').read()))"


def test_program_finds_its_arguments_and_files_and_those_of_the_activity(
    app: Flask, people: factories.People, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient
) -> None:
    with app.app_context():
        other = classroom.open_room(people, made_of=replace(classroom.content(), **beside()))

    opened = open_console(
        as_student, other, SHOWS, arguments="-n 'deux mots' été $HOME", input_files={"mots.txt": "été\r\nhiver\n"}
    )
    screen = Screen(as_student, opened.json)
    screen.read_to_end()

    assert b"['-n', 'deux mots', '\\xe9t\\xe9', '$HOME']" in screen.shown
    assert b"['main.py', 'mots.txt', 'notes.txt']" in screen.shown
    assert b"'\\xe9t\\xe9\\nhiver\\n'" in screen.shown


def test_page_lists_the_files_of_the_activity(
    app: Flask, people: factories.People, as_student: FlaskClient, keeper: ConsoleKeeper
) -> None:
    with app.app_context():
        other = classroom.open_room(people, made_of=replace(classroom.content(), **beside()))

    page = as_student.get(other.path).get_data(as_text=True)

    assert '<code translate="no">notes.txt</code>' in page
    assert "Arguments and input files" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arguments": "it's"}, "a quote that is not closed"),
        ({"arguments": "a\0b"}, "a character that cannot be stored"),
        ({"arguments": "x" * 1001}, "1,000 characters"),
        ({"arguments": {"a": 1}, "input_files": {"../x": ""}}, "cannot be the name"),
        ({"input_files": {"a/b": ""}}, "cannot be the name"),
        ({"input_files": {"a\0b": ""}}, "cannot be the name"),
        ({"input_files": {"x" * 300: ""}}, "cannot be the name"),
        ({"input_files": {"main.py": ""}}, "stands beside the program already"),
        ({"input_files": {"a.txt": "a\0b"}}, "a character that cannot be stored"),
        ({"input_files": {"a.txt": "x" * (65 << 10)}}, "longer than 64 KB"),
        ({"input_files": {str(number): "" for number in range(11)}}, "10 input files"),
        ({"input_files": ["a.txt"]}, "not a set of files"),
        ({"input_files": {"a.txt": 1}}, "not a set of files"),
    ],
)
def test_what_cannot_be_given_is_refused_with_a_sentence_and_nothing_is_run(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, changes: Any, said: str
) -> None:
    refused = open_console(as_student, room, **changes)

    assert refused.status_code == 422
    assert said in json.loads(refused.data)["error"]


def beside() -> dict[str, Any]:
    """What an activity has that lays `notes.txt` beside each program."""
    return {"program_files": {"": ("notes.txt",)}, "files": {"notes.txt": b"do\n"}}
