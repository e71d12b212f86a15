"""Links between the pages of the documentation lead somewhere, and the files that they name exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.house.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MADE_LATER: frozenset[str] = frozenset()
"""Pictures that are taken of the finished product."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"`((?:src|tests|docs|frontend|scripts|benchmarks|requirements)/[\w./-]+)`")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _text(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^(    |\t).*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _links(page: Path) -> list[str]:
    return LINK.findall(re.sub(r"`[^`]*`", "`", _text(page)))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_to_a_page_or_picture_that_exists(page: Path) -> None:
    broken = []
    for link in _links(page):
        if re.match(r"(https?|mailto):", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if target.relative_to(ROOT).as_posix() in MADE_LATER:
            continue
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)

    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_file_of_ours_that_a_page_names_exists(page: Path) -> None:
    named = {name.rstrip("/") for name in NAMED_FILE.findall(_text(page))}

    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_page_names_a_place_of_somebodys_machine(page: Path) -> None:
    assert not re.search(r"/(work|root|Users|home/(?!admin))/\w", page.read_text(encoding="utf-8"))


def test_every_page_is_reached_from_the_front_page() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        targets = (link.partition("#")[0] for link in _links(page))
        waiting += [(page.parent / target).resolve() for target in targets if target and "://" not in target]

    lost = {_name(page) for page in PAGES if page not in reached}

    assert not {name for name in lost if not name.startswith("docs/decisions/")}
