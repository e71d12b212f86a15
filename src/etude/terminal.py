"""What a command says is in the language of who reads the terminal: which one that is, and the catalogues for it.

Standard library only: the engine’s own command speaks by it; so does `etude`, which knows the school’s language too.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
LANGUAGES = ("fr", "en")


def known(word: str) -> str:
    """Return the language that a locale such as `fr_CA.UTF-8` means; "" for one that we do not speak."""
    return next((locale for locale in LANGUAGES if word.lower().startswith(locale)), "")


def wished_language() -> str:
    """Return what ETUDE_LANGUAGE asks for, or ""."""
    return known(os.environ.get("ETUDE_LANGUAGE", ""))


def terminal_language() -> str:
    """Return what LC_ALL, LC_MESSAGES or LANG say of the terminal; English for every other language."""
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name, ""))), "")
    return known(said) or "en"


def lend_words(folder: Path, locale: str) -> None:
    """Let the standard library (argparse) and click speak a language, by the catalogue in `folder`.

    They take their words from gettext's default domain, whose language only the variable LANGUAGE can choose.
    """
    gettext.bindtextdomain("messages", str(folder))
    os.environ["LANGUAGE"] = locale


@cache
def catalogue(folder: Path, locale: str) -> gettext.NullTranslations:
    """Return one catalogue, without any word where there is none for this language."""
    return gettext.translation("messages", folder, [locale], fallback=True)


@cache
def _all_catalogues(locale: str) -> gettext.NullTranslations:
    merged = gettext.NullTranslations()
    for folder in sorted(PACKAGE.rglob("translations")):
        merged.add_fallback(gettext.translation("messages", folder, [locale], fallback=True))
    return merged


def translate(sentence: str, locale: str) -> str:
    """Return a marked sentence in a language, its places still open. All catalogues are read for the first one."""
    return _all_catalogues(locale).gettext(sentence) if sentence and locale != "en" else sentence
