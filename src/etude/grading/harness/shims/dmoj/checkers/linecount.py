"""Each right line earns its share; more lines than expected earn nothing."""

from dmoj.result import CheckerResult  # type: ignore[import-not-found] # found in the jail only

from ._lines import filled_lines


def check(
    process_output: bytes, judge_output: bytes, point_value: float = 1, **_named: object
) -> "bool | CheckerResult":
    """Compare."""
    found, wanted = filled_lines(process_output), filled_lines(judge_output)
    if len(found) > len(wanted):
        return False
    if not wanted:
        return True
    right = sum(one.strip() == other.strip() for one, other in zip(found, wanted, strict=False))
    return CheckerResult(right == len(wanted), point_value * right / len(wanted))
