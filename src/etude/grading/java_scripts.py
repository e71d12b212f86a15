"""Test scripts in Java: the static methods that a script declares `native` are called in the answer's jail."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.errors import JobError
from etude.grading.languages import Source
from etude.grading.messages import _
from etude.grading.signatures import blanked, split_list

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT_NAME = "Checks.java"
_NATIVE = re.compile(r"\bnative\b([^;{}()]*?)([A-Za-z_$][\w$]*)\s*\(([^)]*)\)(\s*throws[^;{}]*)?\s*;")
_PARAMETER_NAME = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:\[\s*\]\s*)*$")
_BOTH = ("Values.java", "Frames.java")


class JavaScripts:
    """The programs of both sides, for Java."""

    def names(self, script: bytes, _files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return nothing: the answer's side finds methods as it runs, and no call is refused by the compiler."""
        _with_bodies(script.decode("utf-8", "replace"))
        return ()

    def script_source(self, script: bytes, files: Mapping[str, bytes], version: str) -> Source:
        """Return the script's program, with a body for each method that it declares `native`. Raises JobError."""
        beside = {name: data for name, data in files.items() if name.endswith(".java")}
        own = _texts(*_BOTH, "Script.java", "Jupiter.java", "JupiterFunction.java", "JUnit4.java")
        text = _with_bodies(script.decode("utf-8", "replace")).encode()
        main = "__etude_Script.java"
        return Source(files={**beside, SCRIPT_NAME: text, **own}, main=main, version=version)

    def answer_source(
        self, source: Source, _script: bytes, _files: Mapping[str, bytes], _misfits: Mapping[int, str]
    ) -> Source:
        """Return the answer's program: its static methods, served."""
        own = _texts(*_BOTH, "Calls.java", "Serve.java")
        return replace(source, files={**source.files, **own}, main="__etude_Serve.java")


def _texts(*names: str) -> dict[str, bytes]:
    return {f"__etude_{name}": harness.caller_text(name) for name in names}


def _with_bodies(text: str) -> str:
    """Give the native methods of a script their bodies, every line in its place. Raises JobError."""
    plain, made, end = blanked(text), [], 0
    for found in _NATIVE.finditer(plain):
        head = plain[max(0, plain.rfind(";", 0, found.start()), plain.rfind("{", 0, found.start())) : found.end(1)]
        names = [_PARAMETER_NAME.search(part.strip()) for part in split_list(plain[found.start(3) : found.end(3)])]
        if "static" not in head or None in names:
            sentence = _("The script’s function %(name)s has a type that cannot cross: %(type)s.")
            raise JobError(sentence, name=found[2], type="native")
        values = ", ".join(name[1] for name in names if name is not None)
        is_void = re.search(r"\bvoid\s*$", found[1]) is not None
        body = f"etude.calls.Script.call(new Object[] {{{values}}});"
        made += [text[end : found.start()], text[found.start(1) : found.end()].rstrip().removesuffix(";")]
        made.append(f" {{ {'' if is_void else 'return '}{body} }}")
        end = found.end()
    return "".join([*made, text[end:]])
