"""The activities that the documentation shows are activities: they are read as they stand on the page."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import click
import pytest

from etude.cli.main import root
from etude.content.parser import parse_activity
from tests.house.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "how-to" / "write-an-activity.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", PAGE, re.MULTILINE)]
EXAMPLES = {re.search(r'kind = "(\w+)"', block)[1]: block for block in BLOCKS if 'kind = "' in block}
TESTS = {
    f"tests/{group}/{name}.{part}": b"0\n"
    for group, name in (("examples", "small"), ("more", "zero"), ("more", "negative"))
    for part in ("in", "ans")
}


@pytest.mark.parametrize("kind", ["code", "upload", "quiz"])
def test_an_activity_of_the_page_is_read_as_it_stands(kind: str) -> None:
    tree = {"activity.toml": EXAMPLES[kind].encode(), "statement.md": b"What is asked."}

    content = parse_activity(tree | (TESTS if kind == "code" else {}))

    assert content.kind == kind
    assert content.points > 0


def test_the_answers_of_the_quiz_fit_its_questions() -> None:
    answers = next(block for block in BLOCKS if "[answers]" in block)
    tree = {
        "activity.toml": EXAMPLES["quiz"].encode(),
        "statement.md": b"x",
        "solutions/accepted/answers.toml": answers.encode(),
    }

    content = parse_activity(tree)

    assert [solution.path for solution in content.solutions] == ["solutions/accepted/answers.toml"]


PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SHOWN = re.compile(r"(?:^ {4}(?:\$ )?|`)(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?etude ((?!\{)[^`#\n|]+)", re.MULTILINE)
NOT_YET = ("backup send",)
"""What the pages themselves say is not there yet."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_that_a_page_shows_exist_with_their_options(page: Path) -> None:
    for line in SHOWN.findall(page.read_text(encoding="utf-8")):
        if line.startswith(NOT_YET):
            continue
        command: click.Command = root
        words = line.split()
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            name = words.pop(0)
            found = command.get_command(click.Context(command), name)
            assert found is not None, f"etude {line}"
            command = found
        options = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
        given = {word.partition("=")[0] for word in words if word.startswith("-") and len(word) > 1}

        assert given <= options, f"etude {line}"
