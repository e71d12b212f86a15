"""A jail that plays records back, for what the engine makes of them; and real jails, for whether they are so."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from etude.grading import languages
from etude.grading.engine import grade
from etude.grading.jails import JailSet
from etude.grading.job import CheckerRef, Job, Limits, Test, TestGroup
from etude.jail import RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from etude.grading.verdict import Verdict

SOURCE_NAMES = {name: language.source_name for name, language in languages.load().items()}


def record_of(**fields: Any) -> RunRecord:
    """A run that ended well and printed nothing, but for the fields given."""
    usual: dict[str, Any] = {
        "exit_code": 0,
        "signal": None,
        "cpu_us": 1000,
        "wall_us": 2000,
        "memory_kb": 3000,
        "cpu_exceeded": False,
        "wall_exceeded": False,
        "output_exceeded": False,
        "memory_exceeded": False,
        "stdout": b"",
        "stderr": b"",
        "collected": {},
        "refused": {},
    }
    return RunRecord(**{**usual, **fields})


@dataclass
class FakeJail:
    """Plays back what it is given, in order; raises what is an exception. Remembers what it was asked to run.

    Checks of the syntax have a playback of their own; they find nothing when it is empty.
    """

    playback: deque[RunRecord | Exception] = field(default_factory=deque)
    checks: deque[RunRecord | Exception] = field(default_factory=deque)
    asked: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    is_open: bool = False
    is_closed: bool = False

    def run(self, program: Any, **options: Any) -> RunRecord:
        self.asked.append((program, options))
        if "syntax_check" in getattr(program, "source_name", ""):
            played = self.checks.popleft() if self.checks else record_of(stdout=b"[]")
        else:
            played = self.playback.popleft()
        if isinstance(played, Exception):
            raise played
        return played

    def start(self, program: Any, *, limits: Any) -> Any:
        raise AssertionError("function tests want real jails")

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def make_record() -> Callable[..., RunRecord]:
    return record_of


@pytest.fixture
def fake_jail() -> FakeJail:
    return FakeJail()


@pytest.fixture
def fake_jails(fake_jail: FakeJail) -> JailSet:
    """A set in which one fake jail plays every part."""
    return JailSet(make=lambda **_options: fake_jail)


@pytest.fixture(scope="session")
def jails() -> Iterator[JailSet]:
    """Real jails, shared by all tests of a session as by all students of a school."""
    with JailSet() as made:
        yield made


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def make_job() -> Callable[..., Job]:
    """A job of one group; `tests` as Test objects, or `expected`/`stdin`/`script` for a single one."""

    def make(source: str | bytes, language: str = "python", **fields: Any) -> Job:
        data = source.encode() if isinstance(source, str) else source
        tests = fields.pop("tests", None)
        if tests is None:
            test_fields = {
                name: fields.pop(name) for name in ("stdin", "expected", "script", "files") if name in fields
            }
            tests = (Test(name="one", **test_fields),)
        group_fields = {name: fields.pop(name) for name in ("points", "scoring", "visibility") if name in fields}
        group = TestGroup(name="group", tests=tests, **{"points": Decimal(10), **group_fields})
        limits = Limits(**{"cpu_time_s": 1.0, **fields.pop("limits", {})})
        checker = CheckerRef(name=fields.pop("checker", "tokens"), options=fields.pop("options", {}))
        files = {SOURCE_NAMES[language]: data, **fields.pop("beside", {})}
        return Job(language=language, files=files, groups=(group,), limits=limits, checker=checker, **fields)

    return make


@pytest.fixture
def judge(jails: JailSet, cache_dir: Path, make_job: Callable[..., Job]) -> Callable[..., Verdict]:
    """Judge a program in real jails; the arguments are those of make_job."""
    return lambda *arguments, **fields: grade(make_job(*arguments, **fields), jails, cache_dir=cache_dir)


@pytest.fixture
def play(fake_jail: FakeJail, make_record: Callable[..., RunRecord]) -> Callable[..., None]:
    """Queue what the jail plays: outputs, records or exceptions."""

    def queue(*plays: bytes | RunRecord | Exception) -> None:
        for played in plays:
            fake_jail.playback.append(make_record(stdout=played) if isinstance(played, bytes) else played)

    return queue


@pytest.fixture
def syntax_error(make_record: Callable[..., RunRecord]) -> RunRecord:
    """What the check of the syntax reports of a program that is wrong in its first line."""
    return make_record(stdout=b'[{"file": "main.py", "line": 1, "column": 1, "message": "SyntaxError: x"}]')
