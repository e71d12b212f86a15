"""The activities that the documentation shows are activities: they are read as they stand on the page."""

from __future__ import annotations

import re
import textwrap

import pytest

from etude.content.parser import parse_activity
from tests.house.source import ROOT

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
