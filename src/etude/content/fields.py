"""Reading a TOML table field by field: each mistake becomes a `ContentError` that names its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from etude.content.errors import ContentError, ContentWarning, unknown_name
from etude.content.errors import mark as _
from etude.content.model import BOTH, COURSE_LANGUAGES, LocalizedText

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MAX_TOML_BYTES = 2_000_000
MAX_TEXT_LENGTH = 100_000  # characters of a statement, a hint, an inline test
MAX_LINE_LENGTH = 300  # characters of a title
MAX_POINTS = Decimal(10_000)
CENT = Decimal("0.01")

_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def decode_text(content: bytes, path: str) -> str:
    """A text file as text: UTF-8, its mark at the beginning taken off, its line ends made LF."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        sentence = _("Line %(line)s is not UTF-8. Save the file as UTF-8 in the editor.")
        raise ContentError(path, "", sentence, {"line": line}) from fault
    if "\0" in text:
        raise ContentError(path, "", _("The file holds a NUL character: it is not a text."))
    return with_plain_line_ends(text)


def with_plain_line_ends(text: str) -> str:
    """The text with the line ends of Windows, forms and old systems made LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_toml(content: bytes, path: str, warnings: list[ContentWarning]) -> Table:
    """The outermost table of a TOML file, its fractions read as exact decimals."""
    if len(content) > MAX_TOML_BYTES:
        sentence = _("The file may have %(maximum)s MB at most.")
        raise ContentError(path, "", sentence, {"maximum": MAX_TOML_BYTES // 1_000_000})
    try:
        data = tomllib.loads(decode_text(content, path), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, InvalidOperation, RecursionError, ValueError) as fault:
        place = _TOML_PLACE.search(str(fault))
        if place is None:
            raise ContentError(path, "", _("The file is not valid TOML, near its end.")) from fault
        sentence = _("The file is not valid TOML at line %(line)s, column %(column)s.")
        raise ContentError(path, "", sentence, {"line": place[1], "column": place[2]}) from fault
    return Table(data, path, "", warnings)


class Table:
    """One table of a TOML file. Read every field that may stand in it, then call `finish`."""

    def __init__(self, data: Mapping[str, object], path: str, place: str, warnings: list[ContentWarning]) -> None:
        self.path = path
        self.place = place
        self.warnings = warnings
        self._data = data
        self._known: set[str] = set()

    def field(self, key: str) -> str:
        """The place of a key as errors name it, for example ``question[2].points``."""
        return f"{self.place}.{key}" if self.place else key

    def error(self, key: str, sentence: str, **values: object) -> ContentError:
        """The error for a key of this table; sentence is a msgid that values fill."""
        return ContentError(self.path, self.field(key), sentence, values)

    def has(self, key: str) -> bool:
        """Whether a key stands in the table; it counts as known from now on."""
        self._known.add(key)
        return key in self._data

    def value(self, key: str) -> object:
        """What stands at a key, None if nothing does."""
        return self._data[key] if self.has(key) else None

    def finish(self) -> None:
        """ContentError if a key stands in the table that was never asked for."""
        for key in self._data:
            if key not in self._known:
                raise unknown_name(self.path, self.place, key, self._known)

    def text(self, key: str, default: str | None = None, *, longest: int = MAX_LINE_LENGTH) -> str:
        """A text that is not empty, of at most `longest` characters; required if there is no default."""
        value = self.value(key)
        if value is None and default is not None:
            return default
        return self._checked_text(key, value, longest)

    def word(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """One of a few words."""
        value = self.text(key, default)
        if value not in known:
            raise unknown_name(self.path, self.field(key), value, known)
        return value

    def matching(self, key: str, pattern: re.Pattern[str], sentence: str) -> str:
        """A name of a given form; sentence is the error that describes the form."""
        value = self.text(key, longest=64)
        if not pattern.fullmatch(value):
            raise self.error(key, sentence)
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A flag; the default where nothing stands."""
        value = self.value(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(key, _("true or false must stand here."))
        return value

    def whole(self, key: str, default: int | None = None, *, lowest: int, highest: int) -> int:
        """A whole number between two others, ends included; required if there is no default."""
        value = self.value(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._missing_or(key, _("A whole number must stand here."))
        if not lowest <= value <= highest:
            raise self._outside(key, lowest, highest)
        return value

    def number(self, key: str, default: Decimal | None = None, *, lowest: Decimal, highest: Decimal) -> Decimal:
        """A number between two others, ends included; required if there is no default."""
        value = self.value(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._missing_or(key, _("A number must stand here."))
        number = Decimal(value)
        if not number.is_finite() or not lowest <= number <= highest:
            raise self._outside(key, lowest, highest)
        return plain(number)

    def points(self, key: str, default: Decimal | None = None) -> Decimal:
        """Points: 0 to 10,000, in hundredths."""
        number = self.number(key, default, lowest=Decimal(0), highest=MAX_POINTS)
        if number != number.quantize(CENT):
            raise self.error(key, _("Points have two decimals at most."))
        return number

    def texts(self, key: str, *, most: int = 100) -> tuple[str, ...]:
        """A list of texts; empty if the key is not there."""
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > most:
            raise self.error(key, _("A list of %(most)s texts at most must stand here."), most=most)
        return tuple(
            self._checked_text(f"{key}[{number}]", text, MAX_LINE_LENGTH) for number, text in enumerate(value, 1)
        )

    def localized(self, key: str, *, required: bool = True, longest: int = MAX_TEXT_LENGTH) -> LocalizedText:
        """A text for both course languages, or a table with a text for each: ``{fr = "…", en = "…"}``."""
        value = self.value(key)
        if value is None and not required:
            return {}
        if isinstance(value, str):
            return {BOTH: self._checked_text(key, value, longest)}
        if not isinstance(value, Mapping):
            raise self._missing_or(key, _("A text, or a text for each language, must stand here: {fr = …, en = …}."))
        return self.languages_of(key, value, longest)

    def languages_of(self, key: str, value: Mapping[str, object], longest: int) -> dict[str, str]:
        """The texts of a table by language; a missing language is a warning."""
        for name in value:
            if name not in COURSE_LANGUAGES:
                raise unknown_name(self.path, self.field(key), name, COURSE_LANGUAGES)
        texts = {
            language: self._checked_text(f"{key}.{language}" if key else language, value[language], longest)
            for language in COURSE_LANGUAGES
            if language in value
        }
        if not texts:
            raise self.error(key, _("This must not be empty."))
        warn_missing(self.warnings, self.path, self.field(key) if key else self.place, texts)
        return texts

    def this_localized(self, *, longest: int = MAX_TEXT_LENGTH) -> LocalizedText:
        """The table itself as texts by language."""
        self._known.update(self._data)
        return self.languages_of("", self._data, longest)

    def table(self, key: str) -> Table:
        """A table below this one; an empty one if the key is not there."""
        value = self.value(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.error(key, _("A table must stand here: {key = value, …}."))
        return Table(value, self.path, self.field(key), self.warnings)

    def tables(self, key: str, *, most: int) -> tuple[Table, ...]:
        """A list of tables; empty if the key is not there. Places count from 1."""
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.error(key, _("A list of tables must stand here."))
        if len(value) > most:
            raise self.error(key, _("There are more than %(most)s of these."), most=most)
        return tuple(
            Table(item, self.path, f"{self.field(key)}[{number}]", self.warnings)
            for number, item in enumerate(value, 1)
        )

    def names(self) -> Sequence[str]:
        """The keys of a table whose keys are free; all of them count as known."""
        self._known.update(self._data)
        return tuple(self._data)

    def _checked_text(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            raise self._missing_or(key, _("A text must stand here, between quotes."))
        if not value.strip():
            raise self.error(key, _("This must not be empty."))
        if "\0" in value:
            raise self.error(key, _("The text holds a NUL character."))
        if len(value) > longest:
            raise self.error(key, _("The text may have %(longest)s characters at most."), longest=longest)
        return with_plain_line_ends(value)

    def _missing_or(self, key: str, sentence: str) -> ContentError:
        is_there = key in self._data or "." in key or "[" in key
        return self.error(key, sentence if is_there else _("This is missing."))

    def _outside(self, key: str, lowest: object, highest: object) -> ContentError:
        return self.error(
            key, _("The number must lie between %(lowest)s and %(highest)s."), lowest=lowest, highest=highest
        )


def warn_missing(warnings: list[ContentWarning], path: str, place: str, values: Mapping[str, object]) -> None:
    """Note which course language has no value of its own."""
    for language in COURSE_LANGUAGES:
        if BOTH not in values and language not in values:
            sentence = _("Nothing stands here for the language “%(language)s”; the other language’s is shown.")
            warnings.append(ContentWarning(path=path, field=place, sentence=sentence, values={"language": language}))


def plain(number: Decimal) -> Decimal:
    """The same number written in one way: without trailing zeros or exponent, so that equal content is equal text."""
    return Decimal(f"{number.normalize():f}")
