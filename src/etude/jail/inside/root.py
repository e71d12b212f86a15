"""The file tree of a jail: a private, read-only view of the system's programs and nothing of anybody's data."""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# ruff: noqa: PTH102, PTH103, PTH106, PTH110, PTH112, PTH114, PTH115, PTH116, PTH120, PTH123, PTH211

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from . import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

# Laid over an existing directory in a private mount namespace and moved away by the pivot: nothing is made on the host.
_STAGE = "/usr"
_SYSTEM = ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")
_TOP_LEVEL = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")  # tty: that of whoever opens it, if there is one
_FOLDERS = ("proc", "dev", "etc", "tmp", "box", "old")
_PASSWD = "student:x:{0}:{0}:student:/box:/bin/sh\n"


def build(shown: Iterable[tuple[str, str]], hidden: Iterable[str], owner: int) -> None:
    """Make the tree and pivot into it; must run as pid 1 of the jail, with the right to mount.

    `shown` are places and the absolute host paths that are seen there, read-only; `hidden` are folders below them which
    appear empty; `owner` is the user id that /etc/passwd names. Paths that do not exist are left out.
    """
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("root", _STAGE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    os.chdir(_STAGE)
    for folder in _FOLDERS:
        os.mkdir(folder)
    kernel.pivot_root(".", "old")
    os.chdir("/")
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    for name in _TOP_LEVEL:
        _show_top_level(name)
    for place, path in dict.fromkeys((*((path, path) for path in _SYSTEM), *shown)):
        _show(place, path)
    for path in hidden:
        _hide(path)
    _make_devices()
    for name, content in (("passwd", _PASSWD.format(owner)), ("group", f"student:x:{owner}:\n")):
        with open(f"/etc/{name}", "w", encoding="utf-8") as file:
            file.write(content)
    kernel.detach("/old")
    os.rmdir("/old")
    kernel.protect_mount("/", recursive=False)


def _show_top_level(name: str) -> None:
    """/bin, /lib…: the same link into /usr as on the host, or the folder itself on a system without merged /usr."""
    old = f"/old/{name}"
    if os.path.islink(old):
        os.symlink(os.readlink(old), f"/{name}")
    elif os.path.isdir(old):
        _show(f"/{name}", f"/{name}")


def _show(place: str, path: str) -> None:
    source = f"/old{path}"
    if os.path.ismount(place) or not os.path.exists(source):
        return
    if os.path.exists(place) and os.stat(place).st_dev == os.stat(source).st_dev:  # seen already
        return
    if os.path.isdir(source):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8"):
            pass
    kernel.mount(source, place, None, kernel.MS_BIND | kernel.MS_REC)
    kernel.protect_mount(place)


def _hide(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        flags = kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        kernel.mount("hidden", path, "tmpfs", flags, "size=4k,mode=755")


def _make_devices() -> None:
    for name in _DEVICES:
        if not os.path.exists(f"/old/dev/{name}"):
            continue
        with open(f"/dev/{name}", "w", encoding="utf-8"):
            pass
        kernel.mount(f"/old/dev/{name}", f"/dev/{name}", None, kernel.MS_BIND)
    os.symlink("/tmp", "/dev/shm")  # POSIX semaphores and shared memory count against the scratch limit
    os.symlink("/proc/self/fd", "/dev/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"/dev/{name}")
