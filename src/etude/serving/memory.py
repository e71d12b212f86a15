"""How a process of many threads keeps its memory small."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""`malloc.h` of glibc: how much is kept free at the end of a pool; from which size on a block is asked for, and given
back, by itself; how many pools the threads share, by default eight a core."""
ARENAS = 2
LARGE_BYTES = 256 << 10
"""Left alone, glibc raises both thresholds with the largest block that was ever freed, to 64 MiB: after one large file
that much stays for good."""


def limit_arenas() -> None:
    """Let all threads share two pools, and give large blocks back; does nothing where the C library is not glibc."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, ARENAS)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        libc.mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)
