"""Answers that are functions (`signature_grader`), and programs whose output is not buffered: C and C++."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import LanguageSettings
from etude.content.errors import mark as _
from etude.importers.dmoj.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content.model import Files
    from etude.importers.dmoj.data import PackageData
    from etude.importers.yaml_file import YamlValue

_MAIN = "main_of_the_answer"
_UNBUFFERED = """\
#include <stdio.h>
__attribute__((constructor)) static void etude_unbuffered(void) { setvbuf(stdout, NULL, _IONBF, 0); }
"""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What stands around the answers. languages: those that can be answered in, () for all that usually can."""

    languages: tuple[str, ...] = ()
    settings: Mapping[str, LanguageSettings] = field(default_factory=dict)
    includes: Mapping[str, Files] = field(default_factory=dict)


def read_signature(value: YamlValue, data: PackageData) -> Wrapping:
    """The program that calls an answer's functions, and their header. Raises ContentError for missing files.

    As in DMOJ the header is included before the answer, and a `main` of the answer's gets another name. An entry that
    is written in C serves answers in both languages.
    """
    config = Config(value)
    entry, header = config.own("entry"), config.own("header")
    if entry is None or header is None:
        raise value.error(_("A “signature_grader” has an “entry” and a “header”."))
    header_name = header.text.rpartition("/")[2]
    if not header_name.isprintable() or '"' in header_name:
        raise header.error(_("This cannot be the name of a header."))
    define = "" if config.flag("allow_main") else f"#define main {_MAIN}\n"
    prologue = f'#define SIGNATURE_GRADER 1\n#include "{header_name}"\n{define}'
    main = b"#define SIGNATURE_GRADER 1\n#line 1\n" + data.find(entry)
    languages = ("cpp", "c") if entry.text.endswith(".c") else ("cpp",)
    return Wrapping(
        languages=languages,
        settings={language: LanguageSettings(prologue=prologue) for language in languages},
        includes={
            language: {f"signature_entry.{language}": main, header_name: data.find(header)} for language in languages
        },
    )


def unbuffered() -> Wrapping:
    """What gives answers in C and C++ the unbuffered output that DMOJ gives them by a terminal."""
    return Wrapping(settings={language: LanguageSettings(prologue=_UNBUFFERED) for language in ("c", "cpp")})
