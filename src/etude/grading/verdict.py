"""What the engine answers: plain frozen data. The web decides who sees which part of it, by the group's visibility."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from etude.grading.messages import Message, clean_text

if TYPE_CHECKING:
    from decimal import Decimal

    from etude.grading.job import Visibility

HEAD_BYTES = 16 * 1024


class Status(StrEnum):
    """The verdicts; their values are what is stored and printed."""

    AC = "AC"
    WA = "WA"
    TLE = "TLE"
    MLE = "MLE"
    RTE = "RTE"
    OLE = "OLE"
    CE = "CE"
    IE = "IE"


class Note(StrEnum):
    """In what alone a wrong output differs from the expected one (all of a result's notes together make them equal)."""

    CASE = "case"
    SPACES = "spaces"
    APOSTROPHES = "apostrophes"
    UNICODE_FORM = "unicode_form"
    LAST_NEWLINE = "last_newline"


class HintCode(StrEnum):
    """A character that only looks right, on a line that the compiler refused."""

    CURLY_QUOTE = "curly_quote"
    NO_BREAK_SPACE = "no_break_space"
    INVISIBLE_CHARACTER = "invisible_character"
    DASH = "dash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Where such a character stands: file, line and column (both from 1), and the character itself."""

    code: HintCode
    file: str
    line: int
    column: int
    character: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileLine:
    """One error of the compiler: file, line (from 1), column (from 1; 0 where unknown), its own words."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileResult:
    """What compiling gave.

    output: the compiler's words, capped, without paths of this machine. time_ms: 0 when it came from the cache.
    refused_calls: as of a test.
    """

    ok: bool
    time_ms: int = 0
    output: str = ""
    lines: tuple[CompileLine, ...] = ()
    hints: tuple[Hint, ...] = ()
    cached: bool = False
    message: Message | None = None
    refused_calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The beginning of a text (16 KiB at most), what cannot be shown replaced; size_bytes is the whole one's."""

    text: str = ""
    size_bytes: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether the text is longer than what is kept."""
        return self.size_bytes > HEAD_BYTES

    @classmethod
    def of(cls, data: bytes) -> Head:
        """Keep the head of `data`."""
        return cls(text=clean_text(data[:HEAD_BYTES]), size_bytes=len(data))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that the answer wrote: its name, what it really is (`image/png`…), its bytes; hostile as any output."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test's outcome.

    points: None while its group is not decided (scoring `all`, `min`, `max`). share: what a validator or checker gave
    of the test, 0 to 1 (None: it does not say). cpu_us, wall_us: microseconds. memory_kb: peak, KiB.
    stdin, expected, obtained, stderr: heads, for every visibility: the web shows them by the group's. In a function
    test `expected` is the line of the script that failed, `obtained` the last call and its result, `printed` what the
    answer printed, and `stderr` what the script printed: that is for teachers only, it may give expected values away.
    In an interactive test `obtained` is the transcript: lines that begin with `<` came from the answer, with `>` went
    to it. judge_note: what a validator wrote, for teachers only. pictures: those asked for that the answer wrote.
    refused_calls: names of the system calls that it was refused, where that was asked for (see `auditing`).
    """

    __test__: ClassVar[bool] = False  # for pytest: no class of tests

    name: str
    group: str
    visibility: Visibility
    status: Status
    points: Decimal | None = None
    cpu_us: int = 0
    wall_us: int = 0
    memory_kb: int = 0
    exit_code: int | None = None
    signal: int | None = None
    message: Message | None = None
    notes: tuple[Note, ...] = ()
    stdin: Head = Head()
    expected: Head = Head()
    obtained: Head = Head()
    stderr: Head = Head()
    printed: Head = Head()
    output_sha256: str = ""
    share: Fraction | None = None
    judge_note: Head = Head()
    pictures: tuple[Picture, ...] = ()
    refused_calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """One group's outcome; score and max_score are 0 for a sample group.

    share: of its points, 0 to 1, not rounded. inside: the group that it lies in and whose score it is a part of.
    """

    name: str
    visibility: Visibility
    status: Status
    score: Decimal
    max_score: Decimal
    share: Fraction = Fraction(0)
    inside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole answer's outcome.

    status: IE if any test is IE (never the student's fault), else as the job says: usually that of the first test that
    is not AC. score, max_score: points rounded half up to 0.01; samples count 0. tier: the isolation it was judged
    under. toolchain: the compiler's or interpreter's version. message: why, when no test says it (CE, IE). An IE has
    no points: score 0, no groups, and none for any of its tests.
    """

    status: Status
    score: Decimal
    max_score: Decimal
    language: str
    tier: str
    toolchain: str = ""
    compile: CompileResult
    tests: tuple[TestResult, ...] = ()
    groups: tuple[GroupResult, ...] = ()
    message: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What one run with typed input gave (the page's Run): status AC means that it ended by itself with exit code 0."""

    status: Status
    compile: CompileResult
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    signal: int | None = None
    cpu_us: int = 0
    wall_us: int = 0
    memory_kb: int = 0
    message: Message | None = None
