"""The same characters, however often they are shuffled; spaces and capitals do not count."""

from collections import Counter


def check(process_output: bytes, judge_output: bytes, **_named: object) -> bool:
    """Compare."""
    return _letters(process_output) == _letters(judge_output)


def _letters(output: bytes) -> "Counter[int]":
    return Counter(b"".join(output.split()).lower())
