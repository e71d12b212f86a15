"""What an activity asks of each programming language, between content and form: one row for every known language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content import LanguageSettings
from etude.features.authoring.fields import read_number
from etude.features.authoring.texts import Values, rows_of, text_of
from etude.grading import languages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityContent


def show_settings(content: ActivityContent) -> list[Values]:
    """Return a row for each programming language; of those that the activity does not take, with what is usual."""
    return [show_row(name, content.settings_of(name)) for name in languages.load()]


def show_row(language: str, settings: LanguageSettings | None = None) -> Values:
    """Return the row of one programming language."""
    shown = settings or LanguageSettings()
    return {
        "language": language,
        "version": shown.version,
        "time_factor": f"{shown.time_factor:f}",
        "memory_factor": f"{shown.memory_factor:f}",
        "cold": shown.cold,
    }


def prune_settings(values: Values) -> Values:
    """Return the values with a row for each language, in their order; one that is not chosen has what is usual."""
    chosen = values.get("languages")
    names = chosen if isinstance(chosen, list) else []
    typed = {text_of(row, "language"): row for row in rows_of(values, "settings") if text_of(row, "language") in names}
    return {**values, "settings": [typed.get(name) or show_row(name) for name in languages.load()]}


def read_settings(values: Values, chosen: tuple[str, ...]) -> Mapping[str, LanguageSettings]:
    """Return what was typed for the chosen languages; what is as usual is left out. Numbers must be checked before."""
    rows = {text_of(row, "language"): row for row in rows_of(values, "settings")}
    typed = {name: _read_row(rows[name]) for name in chosen if name in rows}
    return {name: settings for name, settings in typed.items() if settings != LanguageSettings()}


def _read_row(row: Values) -> LanguageSettings:
    entry = languages.load().get(text_of(row, "language"))
    return LanguageSettings(
        version=text_of(row, "version"),
        time_factor=read_number(text_of(row, "time_factor")) or Decimal(1),
        memory_factor=read_number(text_of(row, "memory_factor")) or Decimal(1),
        cold=bool(row.get("cold")) and entry is not None and entry.has_cold_start,
    )
