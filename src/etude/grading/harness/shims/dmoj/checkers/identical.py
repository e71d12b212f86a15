"""Byte by byte; what `standard` would accept is told apart."""

from dmoj.result import CheckerResult  # type: ignore[import-not-found] # found in the jail only

from . import standard


def check(
    process_output: bytes,
    judge_output: bytes,
    pe_allowed: bool = True,  # noqa: FBT001, FBT002 # its name and place there
    **_named: object,
) -> "bool | CheckerResult":
    """Compare."""
    if process_output == judge_output:
        return True
    is_near = pe_allowed and standard.check(process_output, judge_output)
    return CheckerResult(False, 0, "Presentation Error, check your whitespace" if is_near else "")
