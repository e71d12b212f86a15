"""Checkers and interactors that are programs of their own (`bridged`), and graders in Python that talk."""

from __future__ import annotations

import re
import shlex
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from etude.content import ActivityValidator
from etude.content.errors import mark as _
from etude.importers.dmoj.programs import read_program

if TYPE_CHECKING:
    from etude.content.model import Protocol
    from etude.importers.dmoj.config import Config, Notes
    from etude.importers.dmoj.data import PackageData
    from etude.importers.yaml_file import YamlValue

PROTOCOLS = {"default": "exit_code", "testlib": "testlib", "coci": "testlib", "peg": "peg"}
_READ = ("args_format_string", "files", "flags", "lang", "memory_limit", "time_limit", "type")
_READ_INTERACTIVE = (*_READ, "preprocessing_time", "unbuffered")
# What is read and need not be obeyed: our own limits of compiling; what it says goes to the teacher.
_NEEDLESS = ("cached", "compiler_time_limit", "feedback")
_CHECKER_TIME_S = Decimal(20)  # DMOJ's own
_CHECKER_MEMORY_MB = 512
_WAITING_S = Decimal(2)
_TALKS = re.compile(rb"^class\s+\w+\s*\([^)]*\bInteractiveGrader\b[^)]*\)\s*:", re.MULTILINE)
_JUDGES_ITSELF = re.compile(rb"^\s+def\s+(grade|check_result|_interact_with_process|_launch_process)\b", re.MULTILINE)


def read_bridged(options: Config, data: PackageData, notes: Notes, *, is_interactive: bool) -> ActivityValidator:
    """A compiled checker or interactor. Raises ContentError for a mistake in its options."""
    files = options.own("files")
    if files is None:
        raise options.value.error(_("The program’s “files” are not named."))
    for name, value in options.value.mapping.items():
        if name not in (*(_READ_INTERACTIVE if is_interactive else _READ), *_NEEDLESS):
            notes.unused(value, name)
    kind = options.own("type")
    if kind is not None and kind.text not in PROTOCOLS:
        sentence = _("There is no type “%(name)s” of such a program; there are: %(known)s.")
        raise kind.error(sentence, name=kind.text, known=", ".join(PROTOCOLS))
    program = read_program(files, data, language=options.own("lang"), flags=options.own("flags"), notes=notes)
    name = "default" if kind is None else kind.text
    return ActivityValidator(
        language=program.language,
        files=program.files,
        protocol=cast("Protocol", PROTOCOLS[name]),
        is_interactive=is_interactive,
        call=_call(options.own("args_format_string"), name, is_interactive=is_interactive),
        points_unit="points",
        time_s=_time_s(options, is_interactive=is_interactive),
        memory_mb=_memory_mb(options.own("memory_limit")),
    )


def read_talking_grader(name: YamlValue, data: PackageData) -> ActivityValidator:
    """A grader in Python (`custom_judge`). Raises ContentError for one that does not merely talk with the answer."""
    text = data.find(name)
    if not _TALKS.search(text) or _JUDGES_ITSELF.search(text):
        sentence = _(
            "The grader “%(name)s” runs the answer itself; only an InteractiveGrader with interact() can be taken."
        )
        raise name.error(sentence, name=name.text)
    return ActivityValidator(
        language="python", files={"grader.py": text}, protocol="dmoj", is_interactive=True, points_unit="points"
    )


def _call(given: YamlValue | None, kind: str, *, is_interactive: bool) -> tuple[str, ...]:
    """The words that it is called with; () for its protocol's own."""
    if given is None:
        return ("{input}", "{answer}") if is_interactive and kind in {"coci", "peg"} else ()
    try:
        words = shlex.split(given.text)
    except ValueError as fault:
        raise given.error(_("A quotation mark is missing.")) from fault
    if not words:
        raise given.error(_("This must not be empty."))
    return tuple(re.sub(r"\{(input|output|answer)_file\}", r"{\1}", word) for word in words)


def _time_s(options: Config, *, is_interactive: bool) -> Decimal:
    """Seconds of CPU time. An interactor has what it prepares in, and then as long as the answer has: see `timed`."""
    found = options.own("preprocessing_time" if is_interactive else "time_limit")
    if found is None:
        return _WAITING_S if is_interactive else _CHECKER_TIME_S
    return Decimal(str(found.number(0.01, 300)))


def _memory_mb(found: YamlValue | None) -> int:
    if found is None:
        return _CHECKER_MEMORY_MB
    return max(64, -(-found.whole(1, 8_000_000) // 1024))
