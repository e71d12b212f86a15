"""Reading names as teachers have them: pasted lines, or a CSV of any separator and encoding. Pure text, no database."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from etude.models.user import fold_login

MAX_LINES = 1000
MAX_NAME_CHARS = 80
MAX_SECTION_CHARS = 40
SEPARATORS = ("\t", ";", ",")
PARTICLES = frozenset(
    ["abu", "al", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el",
     "la", "le", "les", "mac", "mc", "o", "st", "st.", "ste", "ten", "ter", "van", "vander", "von", "zu"]
)  # fmt: skip
"""Words that belong to the family name after them when they stand inside a name."""

GIVEN = frozenset(["first", "first name", "firstname", "forename", "given", "given name", "prenom", "prenoms"])
FAMILY = frozenset(["last", "last name", "lastname", "surname", "family", "family name", "nom", "nom de famille"])
WHOLE = frozenset(
    ["name", "full name", "names", "student", "students", "student name", "nom complet", "nom et prenom", "noms",
     "eleve", "eleves", "etudiant", "nom de l eleve"]
)  # fmt: skip
SECTION = frozenset(["section", "group", "groupe", "class", "classe", "period", "periode", "homeroom", "foyer"])


class Order(StrEnum):
    """Which name comes first where nothing in the line tells it."""

    GIVEN_FIRST = "given"
    FAMILY_FIRST = "family"


class Fault(StrEnum):
    """Why a line was not understood."""

    ONE_WORD = "one_word"
    NO_NAME = "no_name"
    NOT_A_NAME = "not_a_name"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class NameLine:
    """A line that was understood."""

    number: int
    given_name: str
    family_name: str
    section: str


@dataclass(frozen=True, slots=True)
class FaultyLine:
    """A line that was not."""

    number: int
    text: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines, in their order. `is_cut` tells that there were more than 1,000."""

    names: tuple[NameLine, ...]
    faults: tuple[FaultyLine, ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row what is; -1 is nowhere."""

    given: int = -1
    family: int = -1
    whole: int = -1
    section: int = -1


def decode(data: bytes) -> str:
    """Return the text of a file: by its mark, else UTF-8, else as Windows writes it here (cp1252)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_names(text: str, order: Order = Order.GIVEN_FIRST) -> Reading:
    """Return the names in a text: one a line, `Emma Tremblay`, `Tremblay, Emma`, or columns with or without headers."""
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\xa0", " ").replace("\u202f", " ")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip(" \t;,\"'")]
    separator = _find_separator([line for _number, line in lines])
    rows = [(number, line, _split(line, separator)) for number, line in lines]
    columns = _read_header(rows[0][2]) if rows else None
    if columns is not None:
        # Under a header of one cell a comma belongs to the name: “Tremblay, Emma”.
        is_one_cell = len(rows[0][2]) == 1
        rows = [(number, line, [_clean(line)] if is_one_cell else cells) for number, line, cells in rows[1:]]
    names: list[NameLine] = []
    faults: list[FaultyLine] = []
    for number, line, cells in rows[:MAX_LINES]:
        found = _read_row(cells, columns, separator, order)
        if isinstance(found, Fault):
            faults.append(FaultyLine(number, line[:120], found))
        else:
            names.append(NameLine(number, *found))
    return Reading(tuple(names), tuple(faults), is_cut=len(rows) > MAX_LINES)


def _find_separator(lines: list[str]) -> str:
    """Return the separator that at least half of the lines have; "" when the lines are plain names."""
    for separator in SEPARATORS:
        if lines and sum(separator in line for line in lines) * 2 >= len(lines):
            return separator
    return ""


def _split(line: str, separator: str) -> list[str]:
    if not separator:
        return [_clean(line)]
    try:
        row = next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True))
    except (csv.Error, StopIteration):
        row = line.split(separator)
    return [_clean(cell) for cell in row]


def _clean(cell: str) -> str:
    """Return a cell without quotes, numbering and bullets around."""
    cell = re.sub(r"^(?:\d{1,3}\s*[.)]|[-–•*])\s+", "", cell.strip().strip('"').strip())
    return " ".join(cell.split())


def _read_header(cells: list[str]) -> _Columns | None:
    """Return where what is, when a row is a header; None when it is a name already."""
    folded = [re.sub(r"[^a-z]+", " ", fold_login(cell)).strip() for cell in cells]

    def find(words: frozenset[str]) -> int:
        return next((place for place, cell in enumerate(folded) if cell in words), -1)

    columns = _Columns(find(GIVEN), find(FAMILY), find(WHOLE), find(SECTION))
    if columns.given >= 0 and columns.family >= 0:
        return columns
    whole = max(columns.whole, columns.family, columns.given)
    return _Columns(whole=whole, section=columns.section) if whole >= 0 else None


Found = tuple[str, str, str]


def _read_row(cells: list[str], columns: _Columns | None, separator: str, order: Order) -> Found | Fault:
    def cell(place: int) -> str:
        return cells[place] if 0 <= place < len(cells) else ""

    if columns is not None and columns.given >= 0:
        return _check(cell(columns.given), cell(columns.family), cell(columns.section))
    if columns is not None:
        names = _split_whole(cell(columns.whole), order)
        return names if isinstance(names, Fault) else _check(*names, cell(columns.section))
    if len(cells) == 1:
        names = _split_whole(cells[0], order)
        return names if isinstance(names, Fault) else _check(*names, "")
    if separator != "," and not (cells[0] and cells[1]):
        return Fault.ONE_WORD
    # “Tremblay, Emma” is how names with a comma are written; other columns come as the form says.
    family_first = order is Order.FAMILY_FIRST or (separator == "," and len(cells) == 2)
    given, family = (cells[1], cells[0]) if family_first else (cells[0], cells[1])
    return _check(given, family, cell(2))


def _split_whole(name: str, order: Order) -> tuple[str, str] | Fault:
    """Return given and family name of a whole name."""
    if "," in name:
        family, _comma, given = name.partition(",")
        return given.strip(), family.strip()
    words = name.split()
    if len(words) < 2:
        return Fault.ONE_WORD if words else Fault.NO_NAME
    loud = [len(word) > 1 and word.isupper() for word in words]
    if any(loud) and not all(loud):
        family = " ".join(word for word, is_loud in zip(words, loud, strict=True) if is_loud)
        return " ".join(word for word, is_loud in zip(words, loud, strict=True) if not is_loud), family
    if order is Order.FAMILY_FIRST:
        cut = _skip_particles(words)
        return " ".join(words[cut:]), " ".join(words[:cut])
    cut = len(words) - 1
    while cut > 1 and fold_login(words[cut - 1]) in PARTICLES:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _skip_particles(words: list[str]) -> int:
    cut = 1
    while cut < len(words) - 1 and fold_login(words[cut - 1]) in PARTICLES:
        cut += 1
    return cut


def _check(given: str, family: str, section: str) -> Found | Fault:
    """Return a row whose names can be names; a person with one name only has it as family name."""
    if not family:
        given, family = "", given
    if not family:
        return Fault.NO_NAME
    if max(len(given), len(family)) > MAX_NAME_CHARS or len(section) > MAX_SECTION_CHARS:
        return Fault.TOO_LONG
    for name in (given, family):
        if not all(c.isalpha() or unicodedata.combining(c) or c in " -'’‘.·\u02bb\u02bc" for c in name):
            return Fault.NOT_A_NAME
    if not any(c.isalpha() for c in family):
        return Fault.NO_NAME
    return _quiet(given), _quiet(family), section


def _quiet(name: str) -> str:
    """Return a name that was shouted (TREMBLAY) as it is written (Tremblay)."""
    if not name.isupper() or len(name) < 2:
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)
