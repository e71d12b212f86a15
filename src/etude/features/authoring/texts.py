"""Texts that depend on the course's language, between an activity's content and the fields of its form.

Nothing is changed that nobody changed: a value whose fields come back as they were shown stays the very same object,
with its line ends, its missing translation, or its one text for both languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content.fields import with_plain_line_ends
from etude.content.model import BOTH, COURSE_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content.model import LocalizedBytes, LocalizedText

Values = dict[str, object]
"""The data of a form or of one of its rows, by field name."""

MAX_SHOWN_BYTES = 20_000
"""A longer text is not put into the form; it stays as it is."""


def text_of(values: Mapping[str, object], name: str) -> str:
    """Return what was typed in a field; empty when it was not sent."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def line_of(values: Mapping[str, object], name: str) -> str:
    """Return what was typed in a field, without the spaces around."""
    return text_of(values, name).strip()


def rows_of(values: Mapping[str, object], name: str) -> list[Values]:
    """Return the data of a list of rows."""
    rows = values.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def show_pair(texts: LocalizedText, name: str) -> Values:
    """Return the values of the fields `<name>_fr` and `<name>_en`; a text for both stands in both."""
    both = texts.get(BOTH, "")
    shown = {language: with_plain_line_ends(texts.get(language, both)) for language in COURSE_LANGUAGES}
    prefix = f"{name}_" if name else ""
    return {f"{prefix}{language}": text for language, text in shown.items()}


def read_pair(base: LocalizedText, values: Mapping[str, object], name: str) -> dict[str, str]:
    """Return the texts of the fields `<name>_fr` and `<name>_en`; `base` is what they were."""
    prefix = f"{name}_" if name else ""
    typed = {language: text_of(values, prefix + language) for language in COURSE_LANGUAGES}
    if list(typed.values()) == list(show_pair(base, "").values()):
        return dict(base)
    if BOTH in base and typed["fr"] == typed["en"] != "":
        return {BOTH: typed["fr"]}
    return {language: text for language, text in typed.items() if text.strip()}


def show_bytes(data: bytes | None) -> str | None:
    """Return a file's bytes as the text of a field; None when they are no text, or too long for one."""
    if data is None:
        return ""
    if len(data) > MAX_SHOWN_BYTES or b"\0" in data:
        return None
    try:
        return with_plain_line_ends(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def read_bytes(base: bytes | None, text: str, *, ends_line: bool = True) -> bytes:
    """Return the bytes of a typed text; those of `base` when it says the same.

    ends_line: a text that was changed gets the line end after its last line, as files have it.
    """
    if base is not None and show_bytes(base) == text:
        return base
    return (text + "\n" if ends_line and text and not text.endswith("\n") else text).encode("utf-8", "surrogatepass")


def is_shown(values: LocalizedBytes) -> bool:
    """Tell whether every one of these can stand in a field."""
    return all(show_bytes(data) is not None for data in values.values())


def show_three(values: LocalizedBytes, name: str) -> Values:
    """Return the values of `<name>`, `<name>_fr` and `<name>_en`: for both course languages, or for one alone."""
    return {
        name: show_bytes(values.get(BOTH)) or "",
        **{f"{name}_{language}": show_bytes(values.get(language)) or "" for language in COURSE_LANGUAGES},
    }


def read_three(base: LocalizedBytes, values: Mapping[str, object], name: str, *, ends_line: bool) -> dict[str, bytes]:
    """Return the bytes of three fields; the text for both stands in for the language that has none of its own."""
    keys = {BOTH: name, **{language: f"{name}_{language}" for language in COURSE_LANGUAGES}}
    typed = {language: text_of(values, key) for language, key in keys.items()}
    if typed == {language: show_three(base, name)[key] for language, key in keys.items()}:
        return dict(base)
    if not typed["fr"] and not typed["en"]:
        typed = {BOTH: typed[BOTH]}
    else:
        typed = {language: typed[language] or typed[BOTH] for language in COURSE_LANGUAGES}
    return {
        language: read_bytes(base.get(language), text, ends_line=ends_line) for language, text in typed.items() if text
    }


def is_blank(values: Mapping[str, object], *names: str) -> bool:
    """Tell whether nothing was typed in any of these fields."""
    return not any(text_of(values, name).strip() for name in names)
