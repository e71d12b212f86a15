"""Points: exact decimal numbers, rounded half up to 0.01, so that a full answer has exactly the full points."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from etude.grading.verdict import GroupResult, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.grading.job import TestGroup
    from etude.grading.verdict import TestResult

_CENT = Decimal("0.01")


def round_points(points: Decimal) -> Decimal:
    """Round half up to 0.01."""
    return points.quantize(_CENT, ROUND_HALF_UP)


def max_points(group: TestGroup) -> Decimal:
    """Return what a group is worth: nothing if it is a sample."""
    return round_points(Decimal(0) if group.visibility == "sample" else group.points)


def share(group: TestGroup, passed: int) -> Decimal:
    """Return the points for `passed` of the group's tests, when each test has its share."""
    return round_points(max_points(group) * passed / len(group.tests))


class GroupTally:
    """The points of one group while its tests come in, in order."""

    def __init__(self, group: TestGroup) -> None:
        self._group = group
        self._passed = 0

    def credit(self, result: TestResult) -> TestResult:
        """Return the result with its points, or None for them where the whole group decides.

        A test's share is what it adds to the rounded sum, so the shares add up to the group's score.
        """
        before = share(self._group, self._passed)
        self._passed += result.status is Status.AC
        is_open = self._group.scoring == "all" and max_points(self._group) > 0 and result.status is Status.AC
        return replace(result, points=None if is_open else share(self._group, self._passed) - before)

    def close(self, results: Sequence[TestResult]) -> tuple[GroupResult, tuple[TestResult, ...]]:
        """Return the group's outcome and its tests' results with their points."""
        is_full = self._passed == len(self._group.tests)
        by_sum = self._group.scoring == "sum"
        status = next((result.status for result in results if result.status is not Status.AC), Status.AC)
        score = share(self._group, self._passed if by_sum or is_full else 0)
        outcome = GroupResult(
            name=self._group.name,
            visibility=self._group.visibility,
            status=status,
            score=score,
            max_score=max_points(self._group),
        )
        if by_sum:
            return outcome, tuple(results)
        gains = [
            share(self._group, i + 1) - share(self._group, i) if is_full else Decimal("0.00")
            for i in range(len(results))
        ]
        return outcome, tuple(replace(result, points=gain) for result, gain in zip(results, gains, strict=True))
