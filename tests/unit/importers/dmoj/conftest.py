"""Problems of DMOJ's as trees of files, read where nothing can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.content import ActivityContent, ContentError
from etude.content.archive import make_zip
from etude.importers import IncomingPackage
from etude.importers.dmoj import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FILES = {
    "1.in": b"1\n", "1.out": b"1\n", "2.in": b"2", "2.out": b"2\r\n", "config.yml": b"time: 2\nmemory: 65536\n",
}  # fmt: skip
CASES = "test_cases:\n- {in: 1.in, out: 1.out, points: 1}\n"


class NoBench:
    """Runs nothing: whoever asks has made a mistake."""

    @staticmethod
    def judge(*_anything: object) -> None:
        raise AssertionError

    compile = run = judge


@pytest.fixture
def problem() -> Callable[..., ActivityContent]:
    """Read a problem from the text of its init.yml and further files."""

    def read_problem(init: str, files: Mapping[str, bytes] | None = None, bench: object = None) -> ActivityContent:
        tree = {"init.yml": init.encode(), **FILES, **(files or {})}
        tree = {name: data for name, data in tree.items() if data is not None}
        return read(IncomingPackage(name="Some Problem", files=tree), bench or NoBench())

    return read_problem


@pytest.fixture
def mistake(problem: Callable[..., ActivityContent]) -> Callable[..., str]:
    """Read a problem that has a mistake, and return the sentence."""

    def read_mistake(init: str, files: Mapping[str, bytes] | None = None, bench: object = None) -> str:
        with pytest.raises(ContentError) as caught:
            problem(init, files, bench)
        return str(caught.value)

    return read_mistake


@pytest.fixture
def archive() -> Callable[[Mapping[str, bytes]], bytes]:
    """Make a zip."""
    return make_zip


@pytest.fixture
def cases() -> str:
    """The text of an init.yml with one case."""
    return CASES
