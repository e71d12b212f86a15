"""Does what bubblewrap does for the jail, where it is not installed: `stand_in_bubblewrap.py COMMAND…`.

A user namespace in which we are user 1000, with every right in it, kept across execve.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
ALL = (1 << 41) - 1

uid, gid = os.getuid(), os.getgid()
assert libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0
for name, line in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
    Path(f"/proc/self/{name}").write_text(line, encoding="ascii")
low, high = ALL & 0xFFFFFFFF, ALL >> 32
assert libc.capset(struct.pack("Ii", 0x20080522, 0), struct.pack("6I", low, low, low, high, high, high)) == 0
for capability in range(41):
    libc.prctl(47, 2, ctypes.c_ulong(capability), 0, 0)  # PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE
os.execv(sys.argv[1], sys.argv[1:])
