"""A jail for `--audit`: it notes by name which system calls a program was refused, and changes nothing else.

What is run and waited for is audited. Programs that are talked to while they run (interactive tests, tests of functions
by scripts, resident compilers) are not, for the jail cannot answer the kernel and talk: they run as ever, in a second
jail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.jail import Jail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.grading.jails import LiveProgram
    from etude.jail import ExecProgram, Limits, PythonProgram, RunRecord


class AuditedJail:
    """A jail that the engine uses as any other. options: those of `etude.jail.Jail`."""

    def __init__(self, **options: object) -> None:
        self._audited = Jail(audit=True, **options)  # type: ignore[arg-type]  # they come from where a Jail's come from
        self._plain = Jail(**options)  # type: ignore[arg-type]

    def run(
        self,
        program: PythonProgram | ExecProgram,
        *,
        stdin: bytes = b"",
        limits: Limits,
        collect: Sequence[str] = (),
        collect_bytes: int = 1 << 20,
    ) -> RunRecord:
        """Run a program; its record has the names of the calls that it was refused."""
        return self._audited.run(program, stdin=stdin, limits=limits, collect=collect, collect_bytes=collect_bytes)

    def start(
        self,
        program: PythonProgram | ExecProgram,
        *,
        limits: Limits,
        collect: Sequence[str] = (),
        collect_bytes: int = 1 << 20,
    ) -> LiveProgram:
        """Start a program to talk to, unaudited."""
        return self._plain.start(program, limits=limits, collect=collect, collect_bytes=collect_bytes)

    def open(self) -> None:
        """Start the audited jail now."""
        self._audited.open()

    def close(self) -> None:
        """End both."""
        self._audited.close()
        self._plain.close()
