"""The page of security has each requirement of levels 1 and 2 once, says how it stands, and names tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "reference" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)
STATES = {"met", "by construction", "organisational", "not applicable", "**not met**"}
OF_LEVELS_1_AND_2 = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9,
                     15: 13, 16: 16, 17: 7}  # fmt: skip
"""How many requirements of levels 1 and 2 each chapter of version 5.0.0 has."""
NAMED = re.compile(r"`(tests/[^`:]+\.py)::(\w+)`")


def test_each_requirement_stands_there_once() -> None:
    numbers = [number for number, *_rest in ROWS]

    assert len(numbers) == len(set(numbers)) == 253
    for chapter, count in OF_LEVELS_1_AND_2.items():
        assert sum(number.startswith(f"{chapter}.") for number in numbers) == count


def test_each_says_how_it_stands_and_what_is_met_names_a_test() -> None:
    assert {state for *_rest, state, _how in ROWS} <= STATES
    assert not [number for number, _about, state, how in ROWS if state == "met" and not NAMED.search(how)]
    assert not [number for number, _about, _state, how in ROWS if len(how) < 5]


def test_the_counts_at_its_head_are_those_of_its_rows() -> None:
    head = PAGE.partition("Of the 253: ")[2].partition("\n")[0]

    for state in STATES:
        count = sum(row[2] == state for row in ROWS)
        assert f"{count} {state.strip('*')}" in head


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE))))
def test_every_test_that_it_names_exists(path: str, name: str) -> None:
    assert re.search(rf"^\s*def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
