"""The programming languages of an activity, and what it asks of each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.content.errors import unknown_name
from etude.content.model import LanguageSettings
from etude.content.programs import has_cold_start, known_languages, language_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.content.fields import Table

PROLOGUE_LANGUAGES = ("c", "cpp")
MAX_PROLOGUE_LENGTH = 10_000
LOWEST_FACTOR, HIGHEST_FACTOR = Decimal("0.1"), Decimal(20)


def read_languages(root: Table) -> tuple[str, ...]:
    """Read `languages`: at least one that this version knows, each once."""
    languages = root.texts("languages")
    if not languages:
        raise root.error("languages", _("At least one programming language must stand here, such as “python”."))
    for language in languages:
        if language not in known_languages():
            raise unknown_name(root.path, "languages", language, known_languages())
    if len(set(languages)) < len(languages):
        raise root.error("languages", _("This name stands here twice."))
    return languages


def read_language_settings(table: Table, languages: Sequence[str]) -> Mapping[str, LanguageSettings]:
    """Read `[language.NAME]` for the activity's languages; what is as usual is left out."""
    for name in table.names():
        if name not in languages:
            raise unknown_name(table.path, table.place, name, languages)
    settings = {name: _read_settings(name, table.table(name)) for name in languages if table.has(name)}
    return {name: chosen for name, chosen in settings.items() if chosen != LanguageSettings()}


def _read_settings(language: str, table: Table) -> LanguageSettings:
    version = ""
    if table.has("version"):
        version = table.word("version", language_versions(language))
        version = "" if version == language_versions(language)[0] else version
    cold = table.flag("cold")
    if cold and not has_cold_start(language):
        raise table.error("cold", _("Programs in this language are always started anew."))
    settings = LanguageSettings(
        version=version,
        time_factor=table.number("time_factor", Decimal(1), lowest=LOWEST_FACTOR, highest=HIGHEST_FACTOR),
        memory_factor=table.number("memory_factor", Decimal(1), lowest=LOWEST_FACTOR, highest=HIGHEST_FACTOR),
        cold=cold,
        prologue=_read_prologue(language, table),
    )
    table.finish()
    return settings


def _read_prologue(language: str, table: Table) -> str:
    if table.has("prologue") and language not in PROLOGUE_LANGUAGES:
        raise table.error("prologue", _("Only answers in C and C++ can have a prologue."))
    return table.text("prologue", "", longest=MAX_PROLOGUE_LENGTH)
