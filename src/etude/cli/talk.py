"""How the command line speaks: in the terminal's language, one clear sentence, never a traceback."""

from __future__ import annotations

import os
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
from babel.support import NullTranslations, Translations

if TYPE_CHECKING:
    from etude.content import ContentError, ContentWarning

PACKAGE = Path(__file__).parents[1]


class Exit(IntEnum):
    """The exit codes of every command."""

    FINE = 0
    NO = 1
    WRONG_USE = 2
    CANNOT = 3


class CommandError(click.ClickException):
    """A command ends with one sentence on stderr and an exit code."""

    def __init__(self, sentence: str, *, code: Exit = Exit.NO) -> None:
        super().__init__(sentence)
        self.exit_code = code  # type: ignore[misc]  # click reads it from the error

    def show(self, file: object = None) -> None:
        """Print the sentence alone, without click's “Error:”."""
        del file
        click.echo(self.message, err=True)


def language() -> str:
    """Return "fr" or "en": what LC_ALL, LC_MESSAGES or LANG say."""
    for variable in ("ETUDE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable, ""):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


@cache
def _catalogue(locale: str) -> NullTranslations:
    merged: NullTranslations = NullTranslations()
    for folder in sorted(PACKAGE.rglob("translations")):
        found = Translations.load(str(folder), [locale], "messages")
        if isinstance(found, Translations):
            merged = merged.merge(found) if isinstance(merged, Translations) else found
    return merged


def _(sentence: str, **values: object) -> str:
    """Return a sentence in the terminal's language, its places filled."""
    text = _catalogue(language()).ugettext(sentence)
    return text % values if values else text


def tell(fault: ContentError | ContentWarning) -> str:
    """Return a mistake in content, or a note on it, in the terminal's language, with its file and field."""
    place = ", ".join(part for part in (fault.path, fault.field) if part)
    text = _(fault.sentence, **fault.values)
    return _("%(place)s: %(text)s", place=place, text=text) if place else text


def say(text: str = "") -> None:
    """Print one line."""
    click.echo(text)
