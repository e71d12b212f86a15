"""A pseudo-terminal: the program has one end for its streams, whoever talks with it has the other."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .records import WindowSize

_IUTF8 = 0o40000  # termios has no name for it: Backspace takes back a whole character, not a byte


def open_terminal(window: WindowSize) -> tuple[int, int]:
    """Our end and the program's. Raises OSError when the system has no more terminals."""
    ours, theirs = os.openpty()
    try:
        modes = termios.tcgetattr(theirs)
        modes[0] |= _IUTF8
        termios.tcsetattr(theirs, termios.TCSANOW, modes)
        resize(ours, window)
    except BaseException:
        os.close(ours)
        os.close(theirs)
        raise
    return ours, theirs


def resize(ours: int, window: WindowSize) -> None:
    """Change the size; the program in front is told by a signal (SIGWINCH)."""
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", window.rows, window.columns, 0, 0))
