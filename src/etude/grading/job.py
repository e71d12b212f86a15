"""What is to be judged: plain frozen data, made by whoever has the answer and the tests (content, worker, cli)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from etude.grading.errors import JobError
from etude.grading.limits import Limits
from etude.grading.messages import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CheckerRef", "Job", "Limits", "RunJob", "Scoring", "Test", "TestGroup", "Visibility", "check_file_names"]

Visibility = Literal["sample", "visible", "hidden"]
Scoring = Literal["all", "sum"]

RESERVED_PREFIX = "__etude"
MAX_FILE_NAME_BYTES = 255


def check_file_names(names: Iterator[str]) -> None:
    """Refuse names that lead out of the program's folder, cannot be names, or are the harness's own.

    A name may have folders (`data/words.txt`). Raises JobError that names the first bad one.
    """
    for name in names:
        parts = name.split("/")
        leads_out = any(part in {"", ".", ".."} for part in parts)
        unnameable = "\0" in name or any(len(part.encode(errors="replace")) > MAX_FILE_NAME_BYTES for part in parts)
        if leads_out or unnameable or parts[0].startswith(RESERVED_PREFIX):
            raise JobError(_("“%(name)s” cannot be the name of a file beside the program."), name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckerRef:
    """Which checker compares, by its name in `etude.grading.checkers`, and its options (each checker lists its own)."""

    name: str = "tokens"
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One run of the answer on one input.

    A test of input and output has `expected` (None: whatever it prints is right, as long as it ends well).
    A function test has `script`: Python that runs in a jail of its own, where `import answer` (or the answer's own
    module name) reaches the answer's functions in the other jail; it passes when it ends without an exception, its
    top-level functions `test_…` included. The answer then reads `stdin` as its standard input.
    files: input files beside the program (in function tests: beside the answer and beside the script).
    """

    __test__: ClassVar[bool] = False  # for pytest: no class of tests

    name: str
    stdin: bytes = b""
    expected: bytes | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    script: bytes | None = None

    def __post_init__(self) -> None:
        check_file_names(iter(self.files))
        if self.script is not None and self.expected is not None:
            raise JobError(_("The test “%(name)s” has both a script and an expected output."), name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestGroup:
    """Tests that are scored together.

    points: for the whole group, 0 or more; a sample group counts 0 whatever is written here. scoring: `all` gives the
    points when every test is AC, `sum` gives each test its share.
    """

    __test__: ClassVar[bool] = False

    name: str
    points: Decimal = Decimal(0)
    scoring: Scoring = "all"
    visibility: Visibility = "hidden"
    tests: tuple[Test, ...]

    def __post_init__(self) -> None:
        if not self.tests:
            raise JobError(_("The test group “%(name)s” has no test."), name=self.name)
        if self.points < 0:
            raise JobError(_("The test group “%(name)s” has points below 0."), name=self.name)
        names = [test.name for test in self.tests]
        if len(set(names)) < len(names):
            raise JobError(_("The test group “%(name)s” has two tests of one name."), name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An answer and everything that is needed to judge it.

    files: the answer's files by name; the program is the language's source name (`main.py`) or else the only one of its
    extension. version: of the language, as the activity asks for it; "" is the language's usual one. is_cold: a Python
    program is started as `python3 main.py` and not as a fork of a warm interpreter. hash_seed: PYTHONHASHSEED of the
    answer.
    Raises JobError for a job without tests or with impossible names.
    """

    language: str
    files: Mapping[str, bytes]
    groups: tuple[TestGroup, ...]
    limits: Limits = field(default_factory=Limits)
    checker: CheckerRef = field(default_factory=CheckerRef)
    version: str = ""
    is_cold: bool = False
    hash_seed: int = 0

    def __post_init__(self) -> None:
        check_file_names(iter(self.files))
        if not self.groups:
            raise JobError(_("There must be at least one test group."))
        names = [group.name for group in self.groups]
        if len(set(names)) < len(names):
            raise JobError(_("Two test groups have one name."))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJob:
    """A program to run once with typed input (the page's Run): no tests, no score."""

    language: str
    files: Mapping[str, bytes]
    stdin: bytes = b""
    limits: Limits = field(default_factory=Limits)
    version: str = ""
    is_cold: bool = False
    hash_seed: int = 0

    def __post_init__(self) -> None:
        check_file_names(iter(self.files))
