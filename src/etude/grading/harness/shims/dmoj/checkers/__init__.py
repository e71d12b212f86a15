"""The checkers that packages choose by name, written anew from what they accept.

Each module has `check(process_output, judge_output, **kwargs)`, which returns a bool or a CheckerResult.
"""

from . import (
    easy,
    floats,
    floatsabs,
    floatsrel,
    identical,
    linecount,
    linematches,
    rstripped,
    sorted,  # noqa: A004 # its name there
    standard,
    unordered,
)

__all__ = [
    "easy",
    "floats",
    "floatsabs",
    "floatsrel",
    "identical",
    "linecount",
    "linematches",
    "rstripped",
    "sorted",
    "standard",
    "unordered",
]
