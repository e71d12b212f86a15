"""Reading a folder that may have been made to do harm, and writing one.

The result is a tree: a mapping from relative path (with ``/``, NFC) to bytes. Links are refused, never followed, also
when one is put in place of a folder while it is being read; sizes are capped while reading.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from etude.content.errors import ContentError
from etude.content.errors import mark as _
from etude.content.links import follow_links
from etude.content.names import check_path, check_unique, is_left_out, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLimits:
    """How much one folder or zip file may hold, and what.

    follows_links: links that stay inside are followed, in memory; else all are refused. any_names: names need not be
    ones that every system can store (they still stay inside). kept: names that are not left out as those are that
    systems and editors leave behind. max_zip_bytes: of the zip file itself.
    """

    max_files: int = 2_000
    max_file_bytes: int = 20_000_000
    max_total_bytes: int = 50_000_000
    max_zip_bytes: int = 60_000_000
    follows_links: bool = False
    any_names: bool = False
    kept: frozenset[str] = frozenset()

    def leaves_out(self, path: str) -> bool:
        """Whether a path is passed over in silence."""
        return is_left_out(path) and path.rpartition("/")[2] not in self.kept


ACTIVITY_LIMITS = TreeLimits()
COURSE_LIMITS = TreeLimits(max_files=20_000, max_total_bytes=500_000_000)
PACKAGE_LIMITS = TreeLimits(
    max_files=20_000,
    max_file_bytes=200_000_000,
    max_total_bytes=800_000_000,
    max_zip_bytes=500_000_000,
    follows_links=True,
    any_names=True,
    kept=frozenset({".timelimit"}),
)
"""For packages of other systems: contests have bigger tests, and share them among groups by links."""


class TreeBuilder:
    """Collects files and refuses the one that goes over a limit, before its bytes are kept."""

    def __init__(self, limits: TreeLimits) -> None:
        self._limits = limits
        self._files: dict[str, bytes] = {}
        self._links: dict[str, str] = {}
        self._total_bytes = 0

    @property
    def limits(self) -> TreeLimits:
        """What it may hold."""
        return self._limits

    def room(self, path: str) -> int:
        """How many bytes the next file may have. ContentError when no more file is allowed."""
        if len(self._files) + len(self._links) >= self._limits.max_files:
            sentence = _("There are more than %(maximum)s files.")
            raise ContentError(shown(path), "", sentence, {"maximum": self._limits.max_files})
        return min(self._limits.max_file_bytes, self._limits.max_total_bytes - self._total_bytes)

    def add(self, path: str, content: bytes) -> None:
        """Keep a file; its name is checked, and that it fits into `room`."""
        if len(content) > self.room(path):
            self.refuse_size(path)
        self._files[self._free_name(path)] = content
        self._total_bytes += len(content)

    def add_link(self, path: str, target: str) -> None:
        """Note a link to follow at the end. ContentError where none is taken."""
        if not self._limits.follows_links:
            raise ContentError(shown(path), "", _("Links to other files or folders are not taken."))
        self.room(path)
        self._links[self._free_name(path)] = target

    def check_name(self, path: str) -> str:
        """The path as it is kept. ContentError for one that is not safe."""
        return check_path(path, any_names=self._limits.any_names)

    def _free_name(self, path: str) -> str:
        name = self.check_name(path)
        if name in self._files or name in self._links:
            raise ContentError(shown(path), "", _("This name stands here twice."))
        return name

    def refuse_size(self, path: str) -> None:
        """Raise the ContentError for a file that does not fit."""
        sentence = _("A file may have %(file_mb)s MB at most, all files together %(total_mb)s MB.")
        values = {
            "file_mb": self._limits.max_file_bytes // 1_000_000,
            "total_mb": self._limits.max_total_bytes // 1_000_000,
        }
        raise ContentError(shown(path), "", sentence, values)

    def finish(self) -> dict[str, bytes]:
        """The files in order of their path, links followed. ContentError if two names are one on some systems."""
        if not self._limits.any_names:
            check_unique(self._files)
        files = follow_links(self._files, self._links, self._limits.max_files)
        return dict(sorted(files.items()))


def read_tree(folder: Path, limits: TreeLimits = ACTIVITY_LIMITS) -> dict[str, bytes]:
    """Every file below a folder, in order of its path.

    Left out in silence: what systems and editors leave behind (see `names.is_left_out`).
    Raises ContentError for links, special files, unsafe names, and what is too big or too many.
    """
    builder = TreeBuilder(limits)
    try:
        root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as fault:  # a name with a NUL, or that this system cannot write
        raise ContentError(
            "", "", _("The folder “%(folder)s” cannot be read."), {"folder": shown(str(folder))}
        ) from fault
    try:
        for path, descriptor in _walk(root, "", builder):
            builder.add(path, _read_file(descriptor, path, builder))
    finally:
        os.close(root)
    return builder.finish()


def names_in_folder(folder: Path) -> list[str]:
    """The names in a folder and in the folders in it, without links and what is left out; nothing is opened."""
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if entry.is_dir(follow_symlinks=False) and not is_left_out(entry.name):
                names += [f"{entry.name}/{below.name}" for below in Path(entry.path).iterdir()]
    return names


def _walk(folder: int, prefix: str, builder: TreeBuilder) -> Iterator[tuple[str, int]]:
    """Every regular file below an open folder: its path and a descriptor, open until the next step."""
    for name in sorted(os.listdir(folder)):
        path = prefix + name
        if builder.limits.leaves_out(name):
            continue
        builder.check_name(path)
        descriptor = _open(folder, name, path, builder)
        if descriptor is None:
            continue
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISDIR(mode):
                yield from _walk(descriptor, path + "/", builder)
            elif stat.S_ISREG(mode):
                yield path, descriptor
            else:
                raise ContentError(shown(path), "", _("Only ordinary files and folders are taken."))
        finally:
            os.close(descriptor)


def _open(folder: int, name: str, path: str, builder: TreeBuilder) -> int | None:
    """A descriptor of a file or folder; None for a link, which the builder then knows."""
    # Without O_NONBLOCK the opening of a named pipe would wait for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            builder.add_link(path, os.readlink(name, dir_fd=folder))
            return None
        raise ContentError(shown(path), "", _("This file cannot be read.")) from fault


def _read_file(descriptor: int, path: str, builder: TreeBuilder) -> bytes:
    room = builder.room(path)
    if os.fstat(descriptor).st_size > room:
        builder.refuse_size(path)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read(room + 1)


def write_tree(tree: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder that does not exist yet or is empty. Raises ContentError when it is not."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise ContentError("", "", _("“%(folder)s” is there already and is not empty."), {"folder": str(folder)})
    check_unique(tree)
    for path, content in tree.items():
        target = folder / check_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
