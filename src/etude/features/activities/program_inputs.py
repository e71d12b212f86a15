"""What a program in a console is given besides: the words of its command line, small text files beside it."""

from __future__ import annotations

import re
import shlex
import unicodedata
from typing import TYPE_CHECKING

from etude.core.errors import Refused
from etude.grading.job import RESERVED_PREFIX
from etude.grading.messages import _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_LINE_CHARS = 1000
MAX_ARGUMENTS = 64
MAX_FILES = 10
MAX_FILE_BYTES = 64 << 10
MAX_TOGETHER_BYTES = 256 << 10
MAX_NAME_CHARS = 60
"""At four bytes each they fit in a name of the file system."""
_SEPARATORS = re.compile(r"[/\\]")

TOO_LONG = _("The arguments are longer than 1,000 characters.")
TOO_MANY = _("The program can be given 64 arguments at most.")
OPEN_QUOTE = _("The arguments have a quote that is not closed. Close it, or write \\ before it.")
LONE_BACKSLASH = _("The arguments end with a \\ that stands before nothing. Take it away, or write \\\\.")
BAD_NAME = _(
    "“%(name)s” cannot be the name of an input file. Choose up to 60 characters, without / and \\, "
    "that do not begin with a dot or a space."
)
TAKEN_NAME = _("“%(name)s” is the name of a file that stands beside the program already. Choose another one.")
TOO_MANY_FILES = _("There can be 10 input files at most.")
FILE_TOO_LONG = _("The input file “%(name)s” is longer than 64 KB.")
FILES_TOO_LONG = _("The input files are longer than 256 KB together.")


def split_arguments(line: str) -> tuple[str, ...]:
    """Return the words of a line as a shell would split them: quotes and backslashes, nothing is filled in.

    Raises Refused: it is too long or cannot be split.
    """
    if len(line) > MAX_LINE_CHARS:
        raise Refused(TOO_LONG)
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise Refused(OPEN_QUOTE if "quotation" in str(error) else LONE_BACKSLASH) from error
    if len(words) > MAX_ARGUMENTS:
        raise Refused(TOO_MANY)
    return words


def is_input_name(name: str) -> bool:
    """Tell whether an input file may have this name: one that a student sees as it is, in the program's own folder."""
    if not 0 < len(name) <= MAX_NAME_CHARS or name != name.strip() or _SEPARATORS.search(name):
        return False
    return not name.startswith((".", RESERVED_PREFIX)) and not any(
        unicodedata.category(character).startswith("C") for character in name
    )


def read_files(texts: Mapping[str, str], taken: Collection[str]) -> dict[str, bytes]:
    """Return input files as a program finds them. taken: names that stand beside it already.

    Raises Refused for names, numbers and sizes that are not allowed.
    """
    if len(texts) > MAX_FILES:
        raise Refused(TOO_MANY_FILES)
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
    for name, data in files.items():
        if not is_input_name(name):
            raise Refused(BAD_NAME, name=shown_name(name))
        if name in taken:
            raise Refused(TAKEN_NAME, name=name)
        if len(data) > MAX_FILE_BYTES:
            raise Refused(FILE_TOO_LONG, name=name)
    if sum(map(len, files.values())) > MAX_TOGETHER_BYTES:
        raise Refused(FILES_TOO_LONG)
    return files


def shown_name(name: str) -> str:
    """Return a name as a sentence can hold it: not too long, with nothing that is not seen."""
    seen = "".join("�" if unicodedata.category(one).startswith("C") else one for one in name)
    return seen if len(seen) <= MAX_NAME_CHARS else f"{seen[:MAX_NAME_CHARS]}…"
