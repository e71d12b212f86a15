"""The tests of a legacy package: a tree of folders, each with a `testdata.yaml`, and the default grader's flags."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from etude.content import ActivityGroup, ContentError
from etude.content.errors import mark as _
from etude.importers.kattis.package import take_keys, words
from etude.importers.kattis.testdata import Case, Cases, TestPlan, group_name
from etude.importers.kattis.validators import checker_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityChecker
    from etude.content.model import OnReject, Scoring, VerdictOf
    from etude.importers.kattis.package import Source
    from etude.importers.kattis.problem import Problem
    from etude.importers.kattis.validators import OutputJudge
    from etude.importers.yaml_file import YamlValue

KEYS = (
    "on_reject", "grading", "grader_flags", "input_validator_flags", "output_validator_flags", "accept_score",
    "reject_score", "range",
)  # fmt: skip
POINTS = Decimal(10)
"""What a problem is worth that is passed or failed."""
UNKNOWN_MOST = Decimal(100)
ROOT = "data"
"""The group that holds all, where a package's own grader decides of the whole."""
MOST = Decimal(10_000)
FLAGS = frozenset(
    ["worst_error", "first_error", "always_accept", "sum", "avg", "min", "max", "ignore_sample",
     "accept_if_any_accepted"]
)  # fmt: skip
_MODES: Mapping[str, Scoring] = {"sum": "sum", "avg": "sum", "min": "min", "max": "max"}
_OPPOSITE: Mapping[Scoring, Scoring] = {"sum": "sum", "min": "max", "max": "min"}


@dataclass(frozen=True, slots=True)
class _Rules:
    """What testdata.yaml says of one folder, what it inherits included."""

    keys: Mapping[str, YamlValue]
    flags: tuple[str, ...]
    breaks: bool

    @property
    def verdict(self) -> VerdictOf:
        if "always_accept" in self.flags:
            return "always"
        if "accept_if_any_accepted" in self.flags:
            return "any"
        last = next((flag for flag in reversed(self.flags) if flag in {"worst_error", "first_error"}), "worst_error")
        return "first" if self.breaks or last == "first_error" else "worst"

    @property
    def mode(self) -> str:
        return next((flag for flag in reversed(self.flags) if flag in _MODES), "sum")

    def number(self, key: str, default: Decimal) -> Decimal:
        return Decimal(str(self.keys[key].number(0, float(MOST)))) if key in self.keys else default

    @property
    def is_graded(self) -> bool:
        """Whether the package's own grader says what the group is worth."""
        if "grading" not in self.keys:
            return False
        word = self.keys["grading"].text
        if word not in {"default", "custom"}:
            raise self.keys["grading"].error(_("Either default or custom must stand here."))
        return word == "custom"

    @property
    def ends(self) -> tuple[Decimal, Decimal] | None:
        """The two ends of `range`, None where there is none."""
        parts = words(self.keys.get("range"))
        try:
            return (Decimal(parts[0]), Decimal(parts[1])) if len(parts) == 2 else None
        except ArithmeticError:
            raise self.keys["range"].error(_("Two numbers must stand here.")) from None

    @property
    def most(self) -> Decimal | None:
        """The upper end of `range`, None where there is none."""
        most = None if self.ends is None else self.ends[1]
        return most if most is not None and most.is_finite() and 0 < most <= MOST else None


def read_legacy_groups(source: Source, problem: Problem, judge: OutputJudge) -> TestPlan:
    """Return the groups of a legacy package. Raises ContentError for tests that are not whole."""
    reader = _Reader(source, problem, judge)
    root = reader.rules("", {})
    inside = ROOT if root.is_graded else ""
    if judge.validator is None:
        checker = checker_of(problem.validator_args, "problem.yaml")
    groups: list[ActivityGroup] = []
    if source.has("data/sample"):
        groups += reader.group("sample", inside, root.keys)
    if not source.has("data/secret"):
        raise ContentError("data/secret", "", _("There are no secret tests."))
    groups += reader.group("secret", inside, root.keys)
    if root.is_graded:
        groups.insert(0, reader.graded_root(root, groups))
    if groups and groups[0].name == "sample":
        if "ignore_sample" in root.flags:
            groups[0] = replace(groups[0], verdict="always", on_reject="continue")
        elif root.breaks:
            groups[0] = replace(groups[0], on_reject="stop_all")
    return TestPlan(
        groups=tuple(groups), verdict=root.verdict, checker=None if judge.validator is not None else checker
    )


class _Reader:
    def __init__(self, source: Source, problem: Problem, judge: OutputJudge) -> None:
        self._source = source
        self._problem = problem
        self._judge = judge
        self._cases = Cases(source, judge)
        self._has_grader = source.has("graders")

    def rules(self, folder: str, above: Mapping[str, YamlValue]) -> _Rules:
        """What a folder's testdata.yaml says; keys that it does not have are those of the folder above."""
        path = "/".join(filter(None, ("data", folder, "testdata.yaml")))
        keys = {**above, **take_keys(self._source.yaml(path), KEYS, self._source)}
        for key in ("accept_score", "reject_score", "range"):
            if key in self._problem.grading:
                keys[key] = self._problem.grading[key]
        flags = words(keys.get("grader_flags"))
        is_default = "grading" not in keys or keys["grading"].text == "default"
        for flag in sorted(set(flags) - FLAGS) if is_default else ():
            self._source.warn(path, _("The grader’s flag “%(flag)s” is not known here and was left out."), flag=flag)
        rules = _Rules(keys, flags, self._breaks(keys))
        if rules.is_graded and not self._has_grader:
            raise keys["grading"].error(_("There is no grader in the package (graders/)."))
        return rules

    def _breaks(self, keys: Mapping[str, YamlValue]) -> bool:
        old = self._problem.grading.get("on_reject")
        if old is not None and old.text in {"first_error", "grade"}:
            return old.text == "first_error"
        word = keys["on_reject"].text if "on_reject" in keys else "break"
        if word not in {"break", "continue"}:
            raise keys["on_reject"].error(_("Either break or continue must stand here."))
        return word == "break"

    def group(self, folder: str, inside: str, above: Mapping[str, YamlValue]) -> list[ActivityGroup]:
        """A folder's group and those in it, in order; none where there is no test."""
        rules = self.rules(folder, above)
        flags = self._validator_flags(rules)
        cases = self._cases.directly_in(folder, (*self._problem.validator_args, *flags), {})
        name = group_name(folder)
        inner: list[ActivityGroup] = []
        tops: list[ActivityGroup] = []
        for sub in self._source.folders(f"data/{folder}"):
            found = [] if sub.endswith(".files") else self.group(f"{folder}/{sub}", name, rules.keys)
            inner += found
            tops += found[:1]
        if not cases and not tops:
            if not inside and folder == "secret":
                raise ContentError(f"data/{folder}", "", _("There is no test here."))
            return []
        own = ActivityGroup(
            name=name,
            visibility="sample" if folder.partition("/")[0] == "sample" else "hidden",
            inside=inside,
            on_reject=self._on_reject(rules),
            verdict=rules.verdict,
            checker=self._checker(flags, folder),
            is_graded=rules.is_graded,
            grader_arguments=rules.flags if rules.is_graded else (),
        )
        return [self._scored(own, rules, cases, tops), *inner]

    def graded_root(self, rules: _Rules, groups: list[ActivityGroup]) -> ActivityGroup:
        """The group of all, where the package's own grader decides of samples and secret tests together."""
        inner = sum((group.points for group in groups if group.inside == ROOT), Decimal(0))
        most = rules.most if self._problem.is_scoring else POINTS
        return ActivityGroup(
            name=ROOT,
            points=_cents(most if most is not None else inner or UNKNOWN_MOST),
            scoring="max",
            on_reject=self._on_reject(rules),
            is_graded=True,
            grader_arguments=rules.flags,
        )

    @staticmethod
    def _on_reject(rules: _Rules) -> OnReject:
        return "stop" if rules.breaks else "continue"

    def _validator_flags(self, rules: _Rules) -> tuple[str, ...]:
        value = rules.keys.get("output_validator_flags")
        if value is not None and isinstance(value.value, dict):
            return words(value.mapping.get("flags"))
        return words(value)

    def _checker(self, flags: tuple[str, ...], folder: str) -> ActivityChecker | None:
        if self._judge.validator is not None or not flags:
            return None
        return checker_of((*self._problem.validator_args, *flags), f"data/{folder}")

    def _scored(
        self, group: ActivityGroup, rules: _Rules, cases: list[Case], inner: list[ActivityGroup]
    ) -> ActivityGroup:
        """The group with its tests and points."""
        is_sample = group.visibility == "sample"
        if (is_sample and not group.is_graded) or not self._problem.is_scoring:
            points = POINTS if not group.inside and group.visibility != "sample" else Decimal(0)
            return replace(group, points=points, scoring="all", tests=tuple(case.test for case in cases))
        accept, reject = rules.number("accept_score", Decimal(1)), rules.number("reject_score", Decimal(0))
        mode: Scoring = _MODES[rules.mode]
        if self._problem.is_best_smallest:
            self._check_smallest(rules)
            # points are what is missing to the worst score: the smallest score is the most points
            accept, reject, mode = Decimal(1), Decimal(0), _OPPOSITE[mode]
        worth = self._worth(rules, accept, len(cases), sum((one.points for one in inner), Decimal(0)))
        if rules.mode == "sum":
            most = worth * len(cases) + sum((one.points for one in inner), Decimal(0))
        else:
            most = max([*([worth] if cases else []), *(one.points for one in inner)])
        tests = tuple(
            replace(case.test, points=worth or None, reject_points=min(reject, worth) if worth else Decimal(0))
            for case in cases
        )
        if group.is_graded:
            most = Decimal(0) if is_sample else most if rules.most is None else rules.most
            return replace(group, points=_cents(most), scoring="max", tests=tests)
        return replace(group, points=_cents(most), scoring=mode, tests=tests)

    def _check_smallest(self, rules: _Rules) -> None:
        """Scores that are better when smaller need a worst one to be counted from."""
        if rules.is_graded or rules.most is None or rules.ends is None or rules.ends[0] != 0:
            sentence = _("Scores that are better when they are smaller need a “range” from 0 to the worst one.")
            raise self._problem.grading["objective"].error(sentence)

    def _worth(self, rules: _Rules, accept: Decimal, count: int, inner: Decimal) -> Decimal:
        """What one test is worth at most: its score, or a part of the group's range where the validator gives it."""
        if not self._problem.scores_by_validator or self._judge.validator is None or not count:
            return _cents(accept)
        most = rules.most
        if most is None:
            self._source.warn(
                "data",
                _("No highest score is stated (range); %(points)s points are taken for it."),
                points=UNKNOWN_MOST,
            )
            most = UNKNOWN_MOST + inner
        return max(_cents((most - inner) / count if rules.mode == "sum" else most), Decimal("0.01"))


def _cents(points: Decimal) -> Decimal:
    return min(points, MOST).quantize(Decimal("0.01"), ROUND_HALF_UP)
