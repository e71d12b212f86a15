"""DMOJ's names of languages, and which of ours each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.grading import languages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from etude.importers.yaml_file import YamlValue

# Python 2, V8 without Node and the rest have no counterpart here.
LANGUAGES = {
    "PY3": "python", "PYPY3": "python",
    "C": "c", "C11": "c", "C17": "c", "CLANG": "c",
    "CPP03": "cpp", "CPP0X": "cpp", "CPP11": "cpp", "CPP14": "cpp", "CPP17": "cpp", "CPP20": "cpp", "CPP23": "cpp",
    "CLANGX": "cpp",
    "JAVA": "java", "JAVA8": "java", "JAVA9": "java", "JAVA10": "java", "JAVA11": "java", "JAVA15": "java",
    "JAVA17": "java", "JAVA21": "java",
    "MONOCS": "csharp",
    "NODEJS": "javascript", "V8NODE": "javascript",
    "BASH": "shell",
}  # fmt: skip
# What an answer to a problem of whole programs may be written in, unless its solutions say more.
USUAL = ("python", "cpp", "c", "java", "csharp", "javascript")


def language_named(name: YamlValue) -> str:
    """Our language for DMOJ's name. Raises ContentError for one that there is not."""
    found = LANGUAGES.get(name.text.upper())
    if found is None:
        raise name.error(_("The language “%(name)s” cannot be judged here."), name=name.text)
    return found


def language_of(names: Iterable[str]) -> str | None:
    """Our language by the endings of files' names; C++ before C, whose headers it shares. None for none."""
    known = languages.load()
    for language in ("cpp", *known):
        if any(name.endswith(known[language].extensions) for name in names):
            return language
    return None


def main_name(language: str, name: str) -> str:
    """A name for the only source in a language: its own if it has the right ending."""
    known = languages.load()[language]
    return name if name.endswith(known.extensions) else known.source_name
