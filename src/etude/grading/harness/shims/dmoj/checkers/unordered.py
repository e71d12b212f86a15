"""The same words in any order."""

from . import sorted as by_lines


def check(process_output: bytes, judge_output: bytes, **_named: object) -> bool:
    """Compare."""
    return by_lines.check(process_output, judge_output, split_on="whitespace")
