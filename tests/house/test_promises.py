"""Each promise names the tests that prove it, or the benchmark that measures it; what is not proved says so."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.house.source import ROOT

PROMISES = ROOT / "docs" / "reference" / "promises.md"
NAMED = re.compile(r"`((?:tests|benchmarks)/[^`:]+\.py)(?:::(\w+))?`")
LINES = [line for line in PROMISES.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]


@cache
def _functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[2:60])
def test_a_promise_is_proved_by_a_test_or_says_that_it_is_not(line: str) -> None:
    assert NAMED.search(line) or "NOT YET PROVED" in line


@pytest.mark.parametrize(("path", "name"), sorted({match for line in LINES for match in NAMED.findall(line)}))
def test_every_test_that_a_promise_names_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    assert not name or name in _functions(path)


def test_every_part_of_the_order_has_its_promises() -> None:
    headings = re.findall(r"^## (.+)$", PROMISES.read_text(encoding="utf-8"), re.MULTILINE)

    assert [heading[0] for heading in headings if heading[0].isdigit()] == list("12345678")
    assert {"Speed", "Bad input", "The rehearsal"} <= set(headings)
