from __future__ import annotations

from copy import deepcopy

import pytest

from etude.features.authoring.rows import MOST, change_rows, is_row_command

VALUES = {
    "title_en": "Kept",
    "hints": [{"en": "one"}, {"en": "two"}],
    "groups": [{"name": "a", "tests": [{"name": "1"}, {"name": "2"}]}],
}


def changed(command: str) -> dict[str, object]:
    values = deepcopy(VALUES)
    assert change_rows(values, command)
    assert values["title_en"] == "Kept"
    return values


def test_a_row_is_added_at_the_end_of_its_list() -> None:
    assert changed("add:hints")["hints"][2:] == [{}]
    assert changed("add:groups.0.tests")["groups"][0]["tests"][2:] == [{}]
    assert changed("add:groups")["groups"][1]["visibility"] == "hidden"
    assert changed("add:files")["files"] == [{}]
    assert changed("add:questions:number")["questions"][0]["type"] == "number"


def test_a_row_is_removed() -> None:
    assert changed("remove:hints.0")["hints"] == [{"en": "two"}]
    assert changed("remove:groups.0.tests.1")["groups"][0]["tests"] == [{"name": "1"}]


def test_a_row_moves_up_and_the_first_one_stays() -> None:
    assert changed("up:hints.1")["hints"] == [{"en": "two"}, {"en": "one"}]
    assert changed("up:hints.0")["hints"] == VALUES["hints"]


@pytest.mark.parametrize(
    "command",
    [
        "remove:hints.2", "remove:hints.-1", "remove:hints.x", "remove:title_en.0", "add:title_en",
        "add:groups.7.tests",
        "up:nothing.1", "remove:", "add:", "up:groups", "remove:hints.²",
    ],
)  # fmt: skip
def test_a_command_that_names_nothing_changes_nothing(command: str) -> None:
    values = deepcopy(VALUES)

    assert not change_rows(values, command)
    assert values == VALUES


def test_a_full_list_takes_no_more() -> None:
    values = {"hints": [{}] * MOST["hints"]}

    assert not change_rows(values, "add:hints")
    assert len(values["hints"]) == MOST["hints"]


def test_two_added_rows_share_nothing() -> None:
    values: dict[str, object] = {}
    change_rows(values, "add:questions:single")
    change_rows(values, "add:questions:single")
    values["questions"][0]["choices"].pop()

    assert len(values["questions"][1]["choices"]) == 3


@pytest.mark.parametrize(
    ("command", "answer"), [("add:hints", True), ("up:x", True), ("save", False), ("preview", False)]
)
def test_buttons_of_rows_are_known(command: str, answer: bool) -> None:
    assert is_row_command(command) is answer
