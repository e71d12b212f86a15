"""Points: exact numbers, rounded half up to 0.01 once, so that a full answer has exactly the full points.

Everything is counted in shares between 0 and 1, of a test, of a group, of the groups inside it; points come last.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from etude.grading.graders import Part
from etude.grading.verdict import GroupResult, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from etude.grading.job import Job, TestGroup, VerdictOf
    from etude.grading.verdict import TestResult

_CENT = Decimal("0.01")
# From bad to worst, as Kattis's own grader has them.
_SEVERITY = (Status.AC, Status.WA, Status.OLE, Status.TLE, Status.MLE, Status.RTE, Status.CE, Status.IE)


def round_points(points: Decimal) -> Decimal:
    """Round half up to 0.01."""
    return points.quantize(_CENT, ROUND_HALF_UP)


def points_of(share: Fraction, points: Decimal) -> Decimal:
    """Return a share of points, rounded half up to 0.01."""
    exact = Fraction(points) * share * 100
    return round_points(Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)) / 100)


def max_points(group: TestGroup) -> Decimal:
    """Return what a group is worth: nothing if it is a sample."""
    return round_points(Decimal(0) if group.visibility == "sample" else group.points)


def max_points_of(job: Job) -> Decimal:
    """Return what all the groups of a job are worth that lie in no other."""
    return sum((max_points(group) for group in job.groups if not group.inside), Decimal("0.00"))


def combine_statuses(statuses: Iterable[Status], rule: VerdictOf) -> Status:
    """Return the status of several, in their order: AC for none; IE as soon as there is any, for nothing is known."""
    found = list(statuses)
    if Status.IE in found:
        return Status.IE
    if rule == "always" or (rule == "any" and Status.AC in found):
        return Status.AC
    if rule == "worst":
        return max(found, key=_SEVERITY.index, default=Status.AC)
    return next((status for status in found if status is not Status.AC), Status.AC)


def share_of(result: TestResult, group: TestGroup) -> Fraction:
    """Return the share that a test's result earns: for AC what its validator or checker gave, else the reject's."""
    if result.status is Status.AC:
        return Fraction(1) if result.share is None else min(max(Fraction(result.share), Fraction(0)), Fraction(1))
    test = next(test for test in group.tests if test.name == result.name)
    rejected = Fraction(test.reject_points) / Fraction(test.worth)
    return max(rejected, Fraction(result.share or 0)) if result.status is Status.WA else rejected


def _most_of(group: TestGroup) -> Fraction:
    """What a group is worth, or where it is worth nothing, as a sample, what its tests are."""
    return Fraction(group.points) or sum((Fraction(test.worth) for test in group.tests), Fraction(0))


class GroupTally:
    """The points of one group while its tests, and the groups inside it, come in, in order.

    inside: the groups that lie directly in it.
    """

    def __init__(self, group: TestGroup, inside: Sequence[TestGroup] = ()) -> None:
        self._group = group
        self._inside = inside
        self._worth = {test.name: Fraction(test.worth) for test in group.tests}
        self._shares: list[Fraction] = []
        self._gained = Fraction(0)
        self._total = sum(self._worth.values(), Fraction(0)) + sum(Fraction(child.points) for child in inside)

    def credit(self, result: TestResult) -> TestResult:
        """Return the result with its points, or None for them where the whole group decides.

        A test's points are what it adds to the rounded sum, so they add up to the group's score.
        """
        gained = self._gained
        share = share_of(result, self._group)
        self._shares.append(share)
        self._gained += self._worth[result.name] * share
        if self._group.is_graded:
            return replace(result, points=None if max_points(self._group) else Decimal("0.00"))
        if self._group.scoring == "sum":
            points = self._score(self._share_of(self._gained)) - self._score(self._share_of(gained))
            return replace(result, points=points)
        is_lost = self._group.scoring in {"all", "min"} and share == 0
        is_open = max_points(self._group) > 0 and not is_lost
        return replace(result, points=None if is_open else Decimal("0.00"))

    @property
    def most(self) -> Fraction:
        """What the scores of its parts, and that of the group, are measured by: its points, else those of its tests."""
        return Fraction(self._group.points) or self._total

    def parts(self, results: Sequence[TestResult], children: Mapping[str, GroupResult]) -> list[Part]:
        """Return the verdicts and scores that a grader is told: of its tests, then of the groups inside that ran."""
        tests = [Part(one.status, self._worth[one.name] * share_of(one, self._group)) for one in results]
        inside = [(child, children[child.name]) for child in self._inside if child.name in children]
        return [*tests, *(Part(outcome.status, outcome.share * _most_of(child)) for child, outcome in inside)]

    def is_lost(self) -> bool:
        """Whether nothing that comes can give the group a point any more."""
        if self._group.is_graded:
            return False
        return self._group.scoring in {"all", "min"} and any(share == 0 for share in self._shares)

    def close(
        self,
        results: Sequence[TestResult],
        children: Mapping[str, GroupResult] | None = None,
        decided: Part | None = None,
    ) -> tuple[GroupResult, tuple[TestResult, ...]]:
        """Return the group's outcome and its tests' results with their points. children: by name, those that ran.

        decided: the status and the share (0 to 1) that a grader gave it.
        """
        outcomes = [outcome for child in self._inside if (outcome := (children or {}).get(child.name))]
        statuses = [*(result.status for result in results), *(outcome.status for outcome in outcomes)]
        share = self._share(outcomes, is_whole=len(results) == len(self._group.tests))
        if decided is not None:
            share = min(max(decided.score, Fraction(0)), Fraction(1))
        outcome = GroupResult(
            name=self._group.name,
            visibility=self._group.visibility,
            status=combine_statuses(statuses, self._group.verdict) if decided is None else decided.status,
            score=self._score(share),
            max_score=max_points(self._group),
            share=share,
            inside=self._group.inside,
        )
        if self._group.scoring == "sum" and not self._group.is_graded:
            return outcome, tuple(results)
        count = max(len(results), 1)
        steps = [points_of(Fraction(i, count), outcome.score) for i in range(count + 1)]
        gains = [after - before for before, after in pairwise(steps)]
        return outcome, tuple(replace(result, points=gain) for result, gain in zip(results, gains, strict=False))

    def _share(self, outcomes: Sequence[GroupResult], *, is_whole: bool) -> Fraction:
        if self._group.scoring == "sum":
            return self._sum(outcomes)
        shares = [*self._shares, *(outcome.share for outcome in outcomes)]
        if self._group.scoring == "max":
            return max(shares, default=Fraction(0))
        if not is_whole or len(outcomes) < len(self._inside) or not shares:
            return Fraction(0)
        if self._group.scoring == "min":
            return min(shares)
        return Fraction(all(share == 1 for share in shares))

    def _sum(self, outcomes: Sequence[GroupResult] = ()) -> Fraction:
        worth = {child.name: Fraction(child.points) for child in self._inside}
        gained = self._gained + sum((worth[outcome.name] * outcome.share for outcome in outcomes), Fraction(0))
        return self._share_of(gained)

    def _share_of(self, gained: Fraction) -> Fraction:
        return gained / self._total if self._total else Fraction(0)

    def _score(self, share: Fraction) -> Decimal:
        return points_of(share, max_points(self._group))
