"""A program that runs while its caller talks to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from .outcome import record_of
from .terminal import resize

if TYPE_CHECKING:
    from types import TracebackType

    from .channel import Channel
    from .jail import Jail
    from .records import Limits, RunRecord, WindowSize

GRACE_S = 20
"""Beyond the wall limit, for the set-up and the report on a very busy machine."""


class RunningProgram:
    """A program that runs now. `stdin`, `stdout`, `stderr` are raw descriptors of the caller's ends.

    With a terminal `stdin` is our end of it, to be read too (OSError EIO once the program has ended); `stdout` and
    `stderr` are -1 then.
    """

    def __init__(self, jail: Jail, channel: Channel, limits: Limits) -> None:
        self._jail = jail
        self._channel = channel
        self._limits = limits

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def stdin(self) -> int:
        return self._channel.stdin

    @property
    def stdout(self) -> int:
        return self._channel.stdout

    @property
    def stderr(self) -> int:
        return self._channel.stderr

    @property
    def ended(self) -> int:
        """A descriptor that can be read once the program has ended: wait() then returns at once."""
        return self._channel.control.fileno()

    def resize(self, window: WindowSize) -> None:
        """Change the size of its terminal."""
        resize(self._channel.stdin, window)

    def close_stdin(self) -> None:
        """The program reads end of file."""
        self._channel.close_stdin()

    def kill(self) -> None:
        """Have it killed with all it started; wait() then returns at once."""
        self._channel.stop()

    def wait(self) -> RunRecord:
        """Wait for its end; the record's streams are empty. Raises JailError if the jail failed."""
        try:
            report = self._channel.report(self._limits.wall_time_s + GRACE_S)
        except BaseException:
            self._jail.discard()
            raise
        finally:
            self._jail.forget(self._channel)
        return replace(record_of(report, self._limits, b"", b"", overflow=False), tier=self._jail.tier)

    def close(self) -> None:
        """Close the streams; a program that still runs is killed. May be called twice."""
        self._jail.forget(self._channel, is_over=False)
        self._channel.close()
