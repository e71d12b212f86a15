"""A doorbell between processes: a datagram on a unix socket that says "look at the database now".

It carries nothing and may be lost: who waits also looks by itself every second. An exchange, where there is one, rings
the doorbells of the same name on other machines.
"""

from __future__ import annotations

import contextlib
import select
import socket
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

MAX_PATH_BYTES = 100
"""A unix socket's path is capped at 108 bytes by the kernel; beyond, the polls alone do the work."""


class Exchange(Protocol):
    """What carries rings to other machines; never waited for."""

    def ring(self, name: str) -> None:
        """Ring every doorbell of this name."""
        ...

    def listen(self, name: str, rung: Callable[[], None]) -> Callable[[], None]:
        """Call `rung` at every ring of this name; return what ends it."""
        ...

    def is_up(self) -> bool:
        """Tell whether rings arrive at all."""
        ...

    def take_outages(self) -> Sequence[tuple[datetime, datetime]]:
        """Return from when to when no ring could arrive at this process, each outage once, after its end."""
        ...


@dataclass(slots=True)
class Line:
    """The exchange of this process; None where all is on one machine."""

    exchange: Exchange | None = None


line = Line()


def ring(path: Path) -> None:
    """Wake who waits at this doorbell; does nothing when nobody is there or its buffer is full."""
    _ring_here(path)
    if line.exchange is not None:
        line.exchange.ring(path.name)


def _ring_here(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell, contextlib.suppress(OSError):
        bell.setblocking(False)
        bell.sendto(b"!", str(path))


class Doorbell:
    """The waiting side; one process owns the socket file, and takes over the file of a dead one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._hang_up: Callable[[], None] | None = None
        if len(str(path).encode()) > MAX_PATH_BYTES:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        if line.exchange is not None:
            self._hang_up = line.exchange.listen(path.name, partial(_ring_here, path))

    def wait(self, timeout_s: float) -> bool:
        """Wait for a ring, at most `timeout_s` seconds; all rings so far count as one. Tell whether it rang."""
        if self._socket is None:
            select.select([], [], [], timeout_s)
            return False
        ready, _, _ = select.select([self._socket], [], [], timeout_s)
        if not ready:
            return False
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                pass
        return True

    def close(self) -> None:
        """Take the doorbell down."""
        if self._hang_up is not None:
            self._hang_up()
            self._hang_up = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
