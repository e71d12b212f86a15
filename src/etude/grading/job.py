"""What is to be judged: plain frozen data, made by whoever has the answer and the tests (content, worker, cli)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from etude.grading.errors import JobError
from etude.grading.limits import MEBIBYTE, Limits
from etude.grading.messages import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.grading.calls import Call

__all__ = [
    "CheckerRef",
    "Grader",
    "Job",
    "Limits",
    "RunJob",
    "Scoring",
    "Test",
    "TestGroup",
    "Validator",
    "Visibility",
    "check_file_names",
]

Visibility = Literal["sample", "visible", "hidden"]
Scoring = Literal["all", "sum", "min", "max"]
OnReject = Literal["continue", "stop", "stop_all"]
VerdictOf = Literal["first", "worst", "any", "always"]
Protocol = Literal["kattis", "static", "testlib", "exit_code", "peg", "dmoj"]
STATIC_LANGUAGES = ("python", "c", "cpp")
PointsUnit = Literal["share", "percent", "points", "penalty"]

RESERVED_PREFIX = "__etude"
MAX_FILE_NAME_BYTES = 255
MAX_PICTURES = 8
VALIDATOR_LIMITS = Limits(cpu_time_s=20.0, memory_bytes=1024 * MEBIBYTE)


def check_file_names(names: Iterable[str]) -> None:
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
class Validator:
    """A program that judges instead of a checker, in a jail of its own; it is trusted no more than its jail allows.

    protocol: how it is called and how it answers (see `etude.grading.validators`). is_interactive: it talks with the
    answer while both run. call: instead of the names of files that its protocol gives it, these words, in which
    `{input}`, `{output}` and `{answer}` stand for them. arguments: given to it in every test, after those.
    points_unit: what a number means that it gives for a test: a share (0 to 1), per cent, points of the test's own, or
    points that the test loses (`penalty`: 0 is best).
    tells_student: what it writes for the teacher is shown to the student too. max_passes: how often the answer is run
    for one test when the validator asks for another pass (Kattis multi-pass).
    Raises JobError for names that cannot be.
    """

    language: str
    files: Mapping[str, bytes]
    protocol: Protocol = "kattis"
    is_interactive: bool = False
    call: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    points_unit: PointsUnit = "share"
    tells_student: bool = False
    max_passes: int = 1
    limits: Limits = VALIDATOR_LIMITS

    def __post_init__(self) -> None:
        check_file_names(self.files)
        if self.protocol == "dmoj" and self.language != "python":
            raise JobError(_("A validator of the protocol “dmoj” is written in Python."))
        if self.protocol == "static" and (self.language not in STATIC_LANGUAGES or self.is_interactive or self.call):
            raise JobError(_("A static validator is written in Python, C or C++ and is called in one way only."))
        if self.max_passes < 1 or (self.max_passes > 1 and self.protocol != "kattis"):
            raise JobError(_("Only a “kattis” validator can ask for another pass."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """A program that says what groups of tests are worth (see `etude.grading.graders`), in the judges' jail."""

    language: str
    files: Mapping[str, bytes]
    limits: Limits = VALIDATOR_LIMITS

    def __post_init__(self) -> None:
        check_file_names(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One run of the answer on one input.

    A test of input and output has `expected` (None: whatever it prints is right, as long as it ends well).
    A function test has `script`: Python that runs in a jail of its own, where `import answer` (or the answer's own
    module name) reaches the answer in the other jail; it passes when it ends without an exception, its tests in the
    manner of pytest and unittest included. A test of one call has `call`, whose value is compared with its result.
    In both, the answer reads `stdin` as its standard input. A static test (`is_static`) runs nothing of the answer: the
    job's static validator reads its files.

    files: input files beside the program (in function tests: beside the answer and beside the script). output_files:
    files that the program must write, compared as its output is. arguments: of the program's command line.
    points: what the test is worth beside the others of a group that adds up (None: 1), above 0; reject_points: what it
    gives when it is rejected. validator_arguments: further ones, after the validator's own. feedback: what an earlier
    pass of it left in the validator's folder.
    """

    __test__: ClassVar[bool] = False  # for pytest: no class of tests

    name: str
    stdin: bytes = b""
    expected: bytes | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    output_files: Mapping[str, bytes] = field(default_factory=dict)
    script: bytes | None = None
    call: Call | None = None
    arguments: tuple[str, ...] = ()
    points: Decimal | None = None
    reject_points: Decimal = Decimal(0)
    validator_arguments: tuple[str, ...] = ()
    feedback: Mapping[str, bytes] = field(default_factory=dict)
    is_static: bool = False

    def __post_init__(self) -> None:
        check_file_names(self.files)
        check_file_names(self.output_files)
        if self.script is not None and self.expected is not None:
            raise JobError(_("The test “%(name)s” has both a script and an expected output."), name=self.name)
        if self.call is not None and (self.script is not None or self.expected is not None):
            sentence = _("The test “%(name)s” has a call and also a script or an expected output.")
            raise JobError(sentence, name=self.name)
        if self.is_function_test and self.output_files:
            raise JobError(_("The test “%(name)s” calls functions: it has no output files."), name=self.name)
        if self.is_static and (self.is_function_test or self.expected is not None or self.output_files):
            raise JobError(_("The test “%(name)s” is static: it has no script, call or output."), name=self.name)
        if not 0 <= self.reject_points <= self.worth or self.worth == 0:
            sentence = _("The points of the test “%(name)s” must be above 0 and not below those for a reject.")
            raise JobError(sentence, name=self.name)

    @property
    def is_function_test(self) -> bool:
        """Whether the answer is called instead of run."""
        return self.script is not None or self.call is not None

    @property
    def worth(self) -> Decimal:
        """Its weight beside the other tests of its group."""
        return Decimal(1) if self.points is None else self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class TestGroup:
    """Tests, and groups that lie inside it, that are scored together.

    points: for the whole group, 0 or more; a sample group counts 0 whatever is written here. scoring: `all` gives the
    points when every test is AC, `sum` gives each test its share, `min` and `max` that of the worst or best test.
    Groups inside count as one test each, worth their points. inside: the name of the group that it lies in, "" for
    none; groups inside stand after theirs. requires: names of groups before it that must be wholly AC, or this one is
    left out. on_reject: after a test or group in it that is not AC the rest is judged all the same, or the rest of this
    group is left out (`stop`), or all the rest (`stop_all`). verdict: its status is that of the first test that is not
    AC, the worst one, AC as soon as any is AC (`any`), or AC `always`. checker: instead of the job's. is_graded: the
    job's grader, called with `grader_arguments`, says its status and its score instead.
    """

    __test__: ClassVar[bool] = False

    name: str
    points: Decimal = Decimal(0)
    scoring: Scoring = "all"
    visibility: Visibility = "hidden"
    tests: tuple[Test, ...] = ()
    inside: str = ""
    requires: tuple[str, ...] = ()
    on_reject: OnReject = "continue"
    verdict: VerdictOf = "first"
    checker: CheckerRef | None = None
    is_graded: bool = False
    grader_arguments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
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
    answer. verdict: how the status of the whole follows from those of the groups that lie in no other. pictures: names
    of files that are kept when the program writes them. static_validator: a validator of the protocol `static` for the
    static tests, whatever judges the others.
    Raises JobError for a job without tests, with impossible names, with static tests or graded groups and nothing that
    judges them.
    """

    language: str
    files: Mapping[str, bytes]
    groups: tuple[TestGroup, ...]
    limits: Limits = field(default_factory=Limits)
    checker: CheckerRef = field(default_factory=CheckerRef)
    version: str = ""
    is_cold: bool = False
    validator: Validator | None = None
    static_validator: Validator | None = None
    grader: Grader | None = None
    hash_seed: int = 0
    verdict: VerdictOf = "first"
    pictures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_file_names(self.files)
        check_file_names(self.pictures)
        if len(self.pictures) > MAX_PICTURES:
            raise JobError(_("An activity may keep %(most)s pictures at most."), most=MAX_PICTURES)
        check_groups(self.groups)
        if self.static_validator is None and any(test.is_static for test in self.tests):
            raise JobError(_("There are static tests, but no static validator."))
        if self.grader is None and any(group.is_graded for group in self.groups):
            raise JobError(_("There are groups for a grader, but no grader."))

    @property
    def languages(self) -> tuple[str, ...]:
        """What a machine must have to judge it: the answer's language, those of the validators and of the grader."""
        programs = [one for one in (self.validator, self.static_validator, self.grader) if one is not None]
        return (self.language, *(one.language for one in programs))

    @property
    def tests(self) -> tuple[Test, ...]:
        """The tests of all groups."""
        return tuple(test for group in self.groups for test in group.tests)


def check_groups(groups: tuple[TestGroup, ...]) -> None:
    """Refuse groups that make no tree. Raises JobError."""
    if not groups:
        raise JobError(_("There must be at least one test group."))
    seen: set[str] = set()
    parents = {group.inside for group in groups}
    for group in groups:
        if group.name in seen:
            raise JobError(_("Two test groups have one name."))
        if not group.tests and group.name not in parents:
            raise JobError(_("The test group “%(name)s” has no test."), name=group.name)
        for name in (*filter(None, [group.inside]), *group.requires):
            if name not in seen:
                sentence = _("The test group “%(name)s” names “%(other)s”, but no group of that name is before it.")
                raise JobError(sentence, name=group.name, other=name)
        seen.add(group.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJob:
    """A program to run once with typed input (the page's Run): no tests, no score.

    inputs: files beside the program when it runs, not compiled with it. arguments: of its command line.
    """

    language: str
    files: Mapping[str, bytes]
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    stdin: bytes = b""
    limits: Limits = field(default_factory=Limits)
    version: str = ""
    is_cold: bool = False
    hash_seed: int = 0

    def __post_init__(self) -> None:
        check_file_names(self.files)
        check_file_names(self.inputs)
