"""What several checkers do with lines."""

import re

_LINE_ENDS = re.compile(b"[\r\n]")


def lines_of(output: bytes) -> "list[bytes]":
    """Return the lines; a carriage return ends one too."""
    return _LINE_ENDS.split(output)


def filled_lines(output: bytes) -> "list[bytes]":
    """Return the lines that have a character."""
    return [line for line in lines_of(output) if line]
