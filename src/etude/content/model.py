"""An activity as plain frozen data: what a folder holds, what a database row holds, what the pages show.

Whatever depends on the course's language is a mapping from ``"fr"`` or ``"en"`` to a value; the key ``""`` stands for
a value that serves both. `pick` chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from etude.content.errors import ContentWarning

Value = TypeVar("Value")
LocalizedText: TypeAlias = Mapping[str, str]
LocalizedBytes: TypeAlias = Mapping[str, bytes]
Files: TypeAlias = Mapping[str, bytes]
Kind: TypeAlias = Literal["code", "upload", "quiz"]
QuestionType: TypeAlias = Literal["single", "multiple", "number", "text"]
Scoring: TypeAlias = Literal["all", "sum", "min", "max"]
OnReject: TypeAlias = Literal["continue", "stop", "stop_all"]
VerdictOf: TypeAlias = Literal["first", "worst", "any", "always"]
Protocol: TypeAlias = Literal["kattis", "static", "testlib", "exit_code", "peg", "dmoj"]
PointsUnit: TypeAlias = Literal["share", "percent", "points", "penalty"]
Visibility: TypeAlias = Literal["sample", "visible", "hidden"]

COURSE_LANGUAGES = ("fr", "en")
BOTH = ""  # the key of a value that serves every course language


def pick(values: Mapping[str, Value], language: str) -> Value | None:
    """The value for a course language; else the one for both; else, better than nothing, the other language's."""
    for key in (language, BOTH, *COURSE_LANGUAGES):
        if key in values:
            return values[key]
    return None


def pick_text(values: LocalizedText, language: str) -> str:
    """`pick` for texts: "" where there is none."""
    return pick(values, language) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLimits:
    """What one test may use. None: the engine's own default."""

    time_s: Decimal = Decimal(1)
    wall_time_s: Decimal | None = None
    memory_mb: int = 256
    output_kb: int | None = None
    may_fork: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSettings:
    """What an activity asks of one programming language.

    version: "" for the language's usual one. time_factor, memory_factor: of the activity's limits, for answers in this
    language. cold: Python programs are started anew, not as a fork of a warm interpreter. prologue: C and C++ text that
    is compiled before every source file of the answer.
    """

    version: str = ""
    time_factor: Decimal = Decimal(1)
    memory_factor: Decimal = Decimal(1)
    cold: bool = False
    prologue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChecker:
    """Which of the engine's checkers compares what was printed with what was expected, and how."""

    name: str = "tokens"
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityValidator:
    """A program in `validator/` or `static_validator/` that judges (see etude.grading.job.Validator)."""

    language: str
    files: Files
    protocol: Protocol = "kattis"
    is_interactive: bool = False
    call: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    points_unit: PointsUnit = "share"
    tells_student: bool = False
    max_passes: int = 1
    time_s: Decimal | None = None
    memory_mb: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityGrader:
    """A program in `grader/` that says what groups are worth (see etude.grading.graders)."""

    language: str
    files: Files
    time_s: Decimal | None = None
    memory_mb: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTest:
    """One run of the answer: an input and an expected output, a script that calls its functions, or a single call.

    script: in Python; scripts: in other languages, by the ending of their source files ("c", "cpp").
    expected_files: what the program must write, like `files`. call, result: both or neither. points: its weight in a
    group that adds up, None: 1; reject_points: what it gives when it is rejected. is_static: the static validator reads
    the answer's files, which are not run.
    """

    name: str
    title: LocalizedText = field(default_factory=dict)
    stdin: LocalizedBytes = field(default_factory=dict)
    expected: LocalizedBytes = field(default_factory=dict)
    files: Mapping[str, Files] = field(default_factory=dict)  # course language -> file name -> bytes
    script: LocalizedBytes = field(default_factory=dict)
    scripts: Mapping[str, LocalizedBytes] = field(default_factory=dict)
    expected_files: Mapping[str, Files] = field(default_factory=dict)
    call: LocalizedText = field(default_factory=dict)
    result: LocalizedText = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    points: Decimal | None = None
    reject_points: Decimal = Decimal(0)
    validator_arguments: tuple[str, ...] = ()
    is_static: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityGroup:
    """Tests that are scored together. Points of a sample group are 0. The rest as in etude.grading.job.TestGroup."""

    name: str
    title: LocalizedText = field(default_factory=dict)
    points: Decimal = Decimal(0)
    scoring: Scoring = "all"
    visibility: Visibility = "hidden"
    tests: tuple[ActivityTest, ...] = ()
    inside: str = ""
    requires: tuple[str, ...] = ()
    on_reject: OnReject = "continue"
    verdict: VerdictOf = "first"
    checker: ActivityChecker | None = None
    validator_arguments: tuple[str, ...] = ()
    is_graded: bool = False
    grader_arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a question. Its id ("a", "b", …) is its place in the list."""

    id: str
    text: LocalizedText
    correct: bool = False
    feedback: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a quiz. feedback is shown after marking whatever was answered."""

    id: str
    type: QuestionType
    text: LocalizedText
    points: Decimal = Decimal(1)
    choices: tuple[Choice, ...] = ()
    answer: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    feedback: LocalizedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRules:
    """What may be handed in: extensions without a dot, in lower case."""

    extensions: tuple[str, ...]
    max_files: int = 1
    max_file_bytes: int = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionRule:
    """What is stated of a solution beside the verdict of the whole.

    tests: names of groups, which stand for all that is in them, and `group/test`; () for everything. permitted: each of
    these tests has one of these verdicts; () for any. required: one of the tests at least has one of these; () for
    none. lowest_score, highest_score: points of each of these groups, or of the whole where `tests` is (). message: a
    part of what the validator told the teacher in one of the tests; "" for nothing.
    """

    tests: tuple[str, ...] = ()
    permitted: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    lowest_score: Decimal | None = None
    highest_score: Decimal | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """An answer that the activity carries so that its tests can be tested.

    verdict: the folder it lies in (``accepted``, ``wrong_answer``, …; for uploads ``allowed`` or ``refused``).
    name: its file or folder below that. language: the programming language, "" for quizzes and uploads.
    course_language: "" when it is right in both. rules: what else is stated of it.
    """

    verdict: str
    name: str
    language: str = ""
    course_language: str = BOTH
    files: Files = field(default_factory=dict)
    rules: tuple[SolutionRule, ...] = ()

    @property
    def path(self) -> str:
        """Where it lies in the activity’s folder."""
        return f"solutions/{self.verdict}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityContent:
    """Everything an activity is. Equal content has an equal digest (see `etude.content.document`)."""

    slug: str
    kind: Kind
    title: LocalizedText
    statement: LocalizedText
    points: Decimal
    expectations: tuple[str, ...] = ()
    hints: tuple[LocalizedText, ...] = ()
    languages: tuple[str, ...] = ()
    language_settings: Mapping[str, LanguageSettings] = field(default_factory=dict)  # only those that differ
    limits: ActivityLimits = field(default_factory=ActivityLimits)
    checker: ActivityChecker = field(default_factory=ActivityChecker)
    program_files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # names of `files` put beside a program
    pictures: tuple[str, ...] = ()  # names of files that are kept when the program writes them
    validator: ActivityValidator | None = None
    static_validator: ActivityValidator | None = None
    grader: ActivityGrader | None = None
    verdict: VerdictOf = "first"
    includes: Mapping[str, Files] = field(default_factory=dict)  # language -> files compiled and run with the answer
    groups: tuple[ActivityGroup, ...] = ()
    questions: tuple[Question, ...] = ()
    upload: UploadRules | None = None
    starter: Mapping[str, Mapping[str, Files]] = field(default_factory=dict)  # language -> course language -> files
    solutions: tuple[Solution, ...] = ()
    files: Files = field(default_factory=dict)
    warnings: tuple[ContentWarning, ...] = field(default=(), compare=False)

    def starter_files(self, language: str, course_language: str) -> Files:
        """What the editor holds before the student types; empty when the activity gives nothing."""
        return pick(self.starter.get(language, {}), course_language) or {}

    def settings_of(self, language: str) -> LanguageSettings:
        """What the activity asks of a programming language."""
        return self.language_settings.get(language, LanguageSettings())

    def files_beside_program(self, course_language: str) -> Files:
        """The data files that every run of an answer finds in its folder."""
        names = pick(self.program_files, course_language) or ()
        return {name: self.files[name] for name in names}
