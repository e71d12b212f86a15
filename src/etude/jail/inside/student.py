"""The process of a Python program: it makes the calls that prepare it, then becomes the program."""

# Blind catches: nothing may unwind into the zygote's frames, and every failure must be reported.
# ruff: noqa: BLE001

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

from . import kernel, python_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from .calls import CallList
    from .warden import Warden


def prepare(
    calls: CallList, watched: Warden, own_number_at: list[int], standard_modules: frozenset[str]
) -> Callable[[], None]:
    """Lock this process down; returns what runs the Python program, or replaces the process by another program.

    `own_number_at`: where in the list its process number goes. What fails is told after a "!", and the process ends.
    """
    status_fd, descriptors = watched.status_fd, watched.handed()
    try:
        calls.write_number(os.getpid(), own_number_at)
        calls.make(descriptors)  # returns only for Python
        run = python_program.prepare(calls.words(), standard_modules)
        calls.close()
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        os.write(status_fd, b"%d" % used)  # the last word of the set-up: how much memory it used itself, in KiB
        kernel.close_from(3)
        return run
    except BaseException as error:
        os.write(status_fd, f"!{type(error).__name__}: {error}".encode())
    os._exit(125)
