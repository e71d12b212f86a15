"""What a program left in its working directory, opened to be brought back: hostile files in a hostile folder."""

# os, not pathlib: whatever the zygote imports, every fork carries.

from __future__ import annotations

import os
import stat

from . import kernel

_MOST_FILES = 256
_MOST_FOLDERS = 64

Opened = tuple[str, int, int]
"""Name, descriptor, size."""


def open_to_collect(box: int, name: str, limit: int) -> list[Opened]:
    """Open a regular file below /box, or, by a name that ends in `/`, every one below a folder.

    limit: bytes of a file, or of all that lie in the folder together, of which there may be 256. Raises OSError with
    the reason, for a folder also when one of the files in it cannot be had: part of it would be worth nothing.
    """
    if not name.endswith("/"):
        return [_open_one(box, name, limit)]
    opened: list[Opened] = []
    try:
        for found in _files_below(box, name.rstrip("/")):
            opened.append(_open_one(box, found, limit - sum(size for _name, _descriptor, size in opened)))
    except BaseException:
        for _name, descriptor, _size in opened:
            os.close(descriptor)
        raise
    return opened


def _open_one(box: int, name: str, limit: int) -> Opened:
    descriptor = kernel.open_beneath(box, name)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "not a regular file")  # noqa: TRY301  the descriptor is closed below
        if found.st_size > limit:
            raise OSError(0, "too large")  # noqa: TRY301
    except BaseException:
        os.close(descriptor)
        raise
    return name, descriptor, found.st_size


def _files_below(box: int, folder: str) -> list[str]:
    """The names of what is in a folder and in the folders in it, but for these themselves."""
    files: list[str] = []
    folders = [folder]
    for one in folders:
        descriptor = kernel.open_beneath(box, one)
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    kept = folders if entry.is_dir(follow_symlinks=False) else files
                    kept.append(f"{one}/{entry.name}")
                    if len(files) > _MOST_FILES or len(folders) > _MOST_FOLDERS:
                        raise OSError(0, "too many files")
        finally:
            os.close(descriptor)
    return sorted(files)
