"""How a process of many threads keeps its memory small."""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8
"""`malloc.h` of glibc: how many pools of memory the threads share; by default eight a core."""
ARENAS = 2


def limit_arenas() -> None:
    """Let all threads share two pools of memory; does nothing where the C library is not glibc."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, ARENAS)
