from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.importers import IncomingPackage
from etude.importers.bench import Bench
from etude.importers.kattis.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from etude.content import ActivityContent

LEGACY = {
    "problem.yaml": b"name: Twice\n",
    ".timelimit": b"1\n",
    "problem_statement/problem.en.tex": b"Text.",
    "data/sample/1.in": b"1\n",
    "data/sample/1.ans": b"2\n",
    "data/secret/1.in": b"2\n",
    "data/secret/1.ans": b"4\n",
    "submissions/accepted/a.py": b"print(2 * int(input()))\n",
}
NEW = {
    **{path: data for path, data in LEGACY.items() if not path.startswith((".", "problem"))},
    "problem.yaml": b"problem_format_version: 2025-09\nname: Twice\nuuid: 1\nlimits: {time_limit: 1}\n",
    "statement/problem.en.md": b"Text.",
}


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with Bench() as open_bench:
        yield open_bench


@pytest.fixture
def legacy(bench: Bench) -> Callable[..., ActivityContent]:
    """Read a small legacy package with further files, or without some (None)."""
    return lambda files=None, **options: _read(LEGACY, files or {}, bench, **options)


@pytest.fixture
def new(bench: Bench) -> Callable[..., ActivityContent]:
    """The same of format 2025-09."""
    return lambda files=None, **options: _read(NEW, files or {}, bench, **options)


def _read(
    base: Mapping[str, bytes], files: Mapping[str, bytes | None], bench: Bench, name: str = "twice"
) -> ActivityContent:
    whole = {path: data for path, data in {**base, **files}.items() if data is not None}
    return read(IncomingPackage(name=name, files=whole), bench)


def said(content: ActivityContent) -> str:
    """All warnings of a package."""
    return "\n".join(map(str, content.warnings))
