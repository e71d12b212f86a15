"""How the command line speaks: in the reader's language, one clear sentence, never a traceback.

The language is the first that is known of: ETUDE_LANGUAGE, the school's (once it is set up in the data folder), and
what LC_ALL, LC_MESSAGES or LANG say of the terminal. The floors below mark their sentences; here they are translated.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from etude import terminal
from etude.marked import fill, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.content import ContentError, ContentWarning
    from etude.marked import Marked

OWN_CATALOGUE = Path(__file__).parent / "translations"


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


@dataclass
class _Reader:
    """Who reads what this process prints; `language` is "" until it was found out."""

    data: Path = Path("data")
    language: str = ""


_reader = _Reader()


def listen(arguments: Sequence[str]) -> None:
    """Learn whose data folder a command is about before anything is said, and let click speak that language too."""
    _reader.data, _reader.language = _data_folder(arguments), ""
    terminal.lend_words(OWN_CATALOGUE, language())


def speak(locale: str) -> None:
    """Go on in this language: somebody has just chosen it."""
    _reader.language = locale
    terminal.lend_words(OWN_CATALOGUE, locale)


def language() -> str:
    """Return "fr" or "en"; the rule is at the top of this module."""
    if not _reader.language:
        _reader.language = terminal.wished_language() or _school_language() or terminal.terminal_language()
    return _reader.language


def _school_language() -> str:
    """Return the language of the school, "" where there is none yet or none that can be read without more ado.

    `immutable` promises that nothing is written beside the file, not even for the asking: another user may own it.
    """
    file = _reader.data / "etude.db"
    if not file.is_file():
        return ""
    address = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute("SELECT locale FROM school").fetchone()
    except sqlite3.Error:
        return ""
    return terminal.known(str(row[0])) if row else ""


def _data_folder(arguments: Sequence[str]) -> Path:
    """Return the data folder that the arguments name, before they are parsed: the last one, as click takes it."""
    folder = os.environ.get("ETUDE_DATA", "") or "data"
    for word, following in pairwise([*arguments, ""]):
        if word == "--data" and following:
            folder = following
        elif word.startswith("--data="):
            folder = word.removeprefix("--data=")
    return Path(folder)


def translate(sentence: str) -> str:
    """Return a marked sentence in the reader's language, its places still open."""
    locale = language()
    if locale == "en" or not sentence:
        return sentence
    own = terminal.catalogue(OWN_CATALOGUE, locale).gettext(sentence)
    return terminal.translate(sentence, locale) if own == sentence else own


def _(sentence: str, **values: object) -> str:
    """Return a sentence in the reader's language, its places filled; values may be marked themselves."""
    text = translate(sentence)
    return text % filled(values, translate) if values else text


def told(said: Marked | str) -> str:
    """Return what somebody else has marked in the reader's language; a plain text is a sentence without places."""
    return translate(said) if type(said) is str else fill(said, translate)  # type: ignore[arg-type]


def tell(fault: ContentError | ContentWarning) -> str:
    """Return a mistake in content, or a note on it, in the reader's language, with its file and field."""
    place = ", ".join(part for part in (fault.path, fault.field) if part)
    text = told(fault)
    return _("%(place)s: %(text)s", place=place, text=text) if place else text


def number(value: float, *, decimals: int = 1) -> str:
    """Return a number as the reader writes it."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if language() == "fr" else text


def say(text: str = "") -> None:
    """Print one line."""
    click.echo(text)
