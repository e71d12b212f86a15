"""The same words in the same lines; empty lines and the number of spaces do not count."""

from ._lines import lines_of


def check(process_output: bytes, judge_output: bytes, **_named: object) -> bool:
    """Compare."""
    return _words(process_output) == _words(judge_output)


def _words(output: bytes) -> "list[list[bytes]]":
    return [words for line in lines_of(output) if (words := line.split())]
