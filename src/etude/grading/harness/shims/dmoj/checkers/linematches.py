"""Each line has points of its own; any point is enough to pass."""

import typing

from dmoj.error import InternalError  # type: ignore[import-not-found] # found in the jail only
from dmoj.result import CheckerResult  # type: ignore[import-not-found]

from ._lines import filled_lines


def check(
    process_output: bytes,
    judge_output: bytes,
    point_value: float = 1,
    point_distribution: "typing.Sequence[int]" = (1,),
    **named: object,
) -> "bool | CheckerResult":
    """Compare. Raises InternalError when the points do not fit the lines."""
    found, wanted = filled_lines(process_output), filled_lines(judge_output)
    if len(wanted) != len(point_distribution) or not sum(point_distribution):
        raise InternalError("the points of the lines do not fit the expected lines")
    if named.get("filler_lines_required", True) and len(found) != len(wanted):
        return False
    gained = sum(points for one, other, points in zip(found, wanted, point_distribution, strict=False) if one == other)
    return CheckerResult(gained > 0, point_value * gained / sum(point_distribution))
