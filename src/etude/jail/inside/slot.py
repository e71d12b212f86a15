"""What a program without namespaces of its own has in their place: a folder on the host, and us to clear up after it.

All that one program starts has its session, which it cannot leave (see seccomp.py); its orphans become our children. So
what is left can be found, killed and waited for, and then the folder is emptied for the next.
"""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# ruff: noqa: PTH208, PTH123

from __future__ import annotations

import contextlib
import os
import signal
import stat
import time

_FOLDERS = ("box", "tmp")
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_KILL_TIMEOUT_S = 5
_BLOCK_BYTES = 512
_MOST_FILES = 4096  # as many as a jail with a file system of its own holds
_DEAD = (b"Z", b"X")


class Slot:
    """Stands where a Sleeper does: `path` has the folders box and tmp, which may hold `most_bytes` together."""

    pid = pidfd = -1

    def __init__(self, path: str, most_bytes: int) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._session, self._may_fork = 0, False
        self.mounts_fd = os.open(path, _FOLDER_FLAGS)

    def follow(self, pid: int, *, may_fork: bool) -> None:
        """Know the program's first process."""
        self._session, self._may_fork = pid, may_fork

    def open_folder(self, path: str) -> int:
        """One of its two folders, by the name it has in a jail."""
        return os.open(path.lstrip("/"), _FOLDER_FLAGS, dir_fd=self.mounts_fd)

    def overflows(self) -> bool:
        """Whether there is more in its folders than allowed."""
        room = [self._most_bytes, _MOST_FILES]
        folders = [f"{self._path}/{name}" for name in _FOLDERS]
        while folders and min(room) >= 0:
            with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        found = entry.stat(follow_symlinks=False)
                        room[0] -= found.st_blocks * _BLOCK_BYTES
                        room[1] -= 1
                        if stat.S_ISDIR(found.st_mode):
                            folders.append(entry.path)
        return min(room) < 0

    def kill(self) -> None:
        """Kill the program and all that it started. Nothing of it runs afterwards."""
        if not self._may_fork:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._session, signal.SIGKILL)
            return
        deadline = time.monotonic() + _KILL_TIMEOUT_S
        while (living := [pid for pid, state in self._members() if state not in _DEAD]) and time.monotonic() < deadline:
            for pid in living:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def end(self) -> float:
        """CPU seconds of the orphans, none of which remains."""
        used_s = 0.0
        for pid, _ in self._members() if self._may_fork else ():
            with contextlib.suppress(ChildProcessError):
                _, _, used = os.wait4(pid, 0)
                used_s += used.ru_utime + used.ru_stime
        return used_s

    def leave(self) -> None:
        """Empty the folders. May be called twice."""
        if self.mounts_fd < 0:
            return
        for name in _FOLDERS:
            folder = self.open_folder(name)
            try:
                clear(folder)
            finally:
                os.close(folder)
        os.close(self.mounts_fd)
        self.mounts_fd = -1

    def _members(self) -> list[tuple[int, bytes]]:
        """Number and state of every process of the session, the ended ones that nobody waited for among them."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                state, _parent, _group, session = file.read().rpartition(b")")[2].split()[:4]
                if int(session) == self._session:
                    found.append((int(name), state))
        return found


def clear(folder_fd: int) -> None:
    """Remove everything from a folder, whatever its depth: what lies deeper is first moved up, so no path is too long.

    Its owner must be us; the rights that a program took from its folders are given back first.
    """
    count = 0
    while names := set(os.listdir(folder_fd)):
        for name in names:
            if not _opened_up(name, folder_fd):
                os.unlink(name, dir_fd=folder_fd)
                continue
            inner = os.open(name, _FOLDER_FLAGS, dir_fd=folder_fd)
            try:
                for moved in os.listdir(inner):
                    count += 1
                    while f".moved-{count}" in names:
                        count += 1
                    _opened_up(moved, inner)
                    os.rename(moved, f".moved-{count}", src_dir_fd=inner, dst_dir_fd=folder_fd)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=folder_fd)


def _opened_up(name: str, folder_fd: int) -> bool:
    """Whether it is a folder, which can then be read, moved and emptied. Nobody else is there to put a link instead."""
    if not stat.S_ISDIR(os.stat(name, dir_fd=folder_fd, follow_symlinks=False).st_mode):
        return False
    os.chmod(name, 0o700, dir_fd=folder_fd)
    return True
