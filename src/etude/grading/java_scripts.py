"""Test scripts in Java: what a script declares `native` is called in the answer's jail (see java_stands)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.java_stands import with_bodies
from etude.grading.languages import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOTH = ("Values.java", "Frames.java")
_OF_SCRIPT = ("Script.java", "Stands.java", "Handle.java", "Report.java", "Runner.java", "Csv.java")
_JUNIT = ("Jupiter.java", "JupiterFunction.java", "JupiterParams.java", "JupiterProvider.java", "JUnit4.java")


class JavaScripts:
    """The programs of both sides, for Java."""

    script_name = "Checks.java"

    def names(self, script: bytes, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return nothing: the answer's side finds methods as it runs, and no call is refused by the compiler."""
        self._checked(script, files)
        return ()

    def script_source(self, script: bytes, files: Mapping[str, bytes], version: str) -> Source:
        """Return the script's program, with a body for each member that it declares `native`. Raises JobError."""
        own = {name: text.encode() for name, text in self._checked(script, files).items()}
        main = "__etude_Script.java"
        return Source(files={**own, **_texts(*_BOTH, *_OF_SCRIPT, *_JUNIT)}, main=main, version=version)

    def answer_source(
        self, source: Source, _script: bytes, _files: Mapping[str, bytes], _misfits: Mapping[int, str]
    ) -> Source:
        """Return the answer's program: its classes, served."""
        own = _texts(*_BOTH, "Calls.java", "Serve.java")
        return replace(source, files={**source.files, **own}, main="__etude_Serve.java")

    def _checked(self, script: bytes, files: Mapping[str, bytes]) -> dict[str, str]:
        beside = {name: data for name, data in files.items() if name.endswith(".java")}
        texts = {name: data.decode("utf-8", "replace") for name, data in {**beside, self.script_name: script}.items()}
        return with_bodies(texts)


def _texts(*names: str) -> dict[str, bytes]:
    return {f"__etude_{name}": harness.caller_text(name) for name in names}
