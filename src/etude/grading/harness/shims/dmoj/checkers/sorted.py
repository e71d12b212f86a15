"""The same lines, or words, in any order."""

from dmoj.error import InternalError  # type: ignore[import-not-found] # found in the jail only

from ._lines import filled_lines


def check(process_output: bytes, judge_output: bytes, split_on: str = "lines", **_named: object) -> bool:
    """Compare. Raises InternalError for another way to split."""
    if split_on == "whitespace":
        return sorted(process_output.split()) == sorted(judge_output.split())
    if split_on != "lines":
        raise InternalError("split_on is lines or whitespace")
    return _lines(process_output) == _lines(judge_output)


def _lines(output: bytes) -> "list[list[bytes]]":
    return sorted(line.split() for line in filled_lines(output))
