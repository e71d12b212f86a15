"""Reading and writing a tree of files as a .zip that somebody uploaded: nothing is unpacked to disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from etude.content.errors import ContentError
from etude.content.errors import mark as _
from etude.content.names import shown
from etude.content.tree import ACTIVITY_LIMITS, PACKAGE_LIMITS, TreeBuilder, TreeLimits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ENTRY_SIGNATURE = b"PK\x01\x02"
_FLAG_ENCRYPTED = 0x1
_FLAG_UTF8 = 0x800
_CHUNK_BYTES = 65_536
_LONGEST_LINK = 4096
_DAMAGES = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
_SOME_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: equal content makes equal bytes


def read_zip(archive: bytes, limits: TreeLimits = ACTIVITY_LIMITS) -> dict[str, bytes]:
    """Every file of a zip, in order of its path; one folder around everything is taken off.

    Sizes are counted while unpacking, so a zip bomb ends at the limit, whatever its headers say.
    Raises ContentError for links, encrypted or damaged files, unsafe names, and what is too big or too many.
    """
    return _without_outer_folder(read_zip_as_is(archive, limits))


def read_zip_as_is(archive: bytes, limits: TreeLimits) -> dict[str, bytes]:
    """`read_zip`, a folder around everything included in the names."""
    if len(archive) > limits.max_zip_bytes:
        sentence = _("The zip file is larger than %(maximum)s MB.")
        raise ContentError("", "", sentence, {"maximum": limits.max_zip_bytes // 1_000_000})
    # Each entry of the directory has this mark; `zipfile` would make an object of every one of a million.
    if archive.count(_ENTRY_SIGNATURE) > 2 * limits.max_files:
        raise ContentError("", "", _("There are more than %(maximum)s files."), {"maximum": limits.max_files})
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _read_entries(opened, TreeBuilder(limits))
    except _DAMAGES as fault:
        raise ContentError("", "", _("This is not a zip file, or it is damaged.")) from fault


def read_zip_file(path: Path, limits: TreeLimits = ACTIVITY_LIMITS) -> dict[str, bytes]:
    """`read_zip` of a file on disk, of which no more is read than a zip may have."""
    with path.open("rb") as archive:
        return read_zip(archive.read(limits.max_zip_bytes + 1), limits)


def names_in_zip(path: Path, limits: TreeLimits = PACKAGE_LIMITS) -> list[str]:
    """The names of the files in a zip on disk, one folder around everything taken off; nothing is unpacked.

    Raises ContentError for what is no zip.
    """
    try:
        with path.open("rb") as archive, zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()[: limits.max_files]
    except _DAMAGES as fault:
        raise ContentError("", "", _("This is not a zip file, or it is damaged.")) from fault
    names = [_entry_name(entry) for entry in entries]
    files = [name for name in names if not name.endswith("/") and not limits.leaves_out(name)]
    return list(_without_outer_folder(dict.fromkeys(files, b"")))


def make_zip(tree: Mapping[str, bytes]) -> bytes:
    """A zip of these files; equal files make equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in sorted(tree.items()):
            entry = zipfile.ZipInfo(path, _SOME_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _read_entries(archive: zipfile.ZipFile, builder: TreeBuilder) -> dict[str, bytes]:
    for entry in archive.infolist():
        path = _entry_name(entry)
        if builder.limits.leaves_out(path):
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            builder.add_link(path, _read_entry(archive, entry, builder)[:_LONGEST_LINK].decode("utf-8", "replace"))
        elif not path.endswith("/"):
            builder.add(path, _read_entry(archive, entry, builder))
    return builder.finish()


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The whole name: `zipfile` cuts it at a NUL, and reads as cp437 the UTF-8 that some systems do not announce."""
    name = entry.orig_filename
    if entry.flag_bits & _FLAG_UTF8:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, builder: TreeBuilder) -> bytes:
    path = _entry_name(entry)
    if entry.flag_bits & _FLAG_ENCRYPTED:
        raise ContentError(shown(path), "", _("Files with a password are not taken."))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ContentError(shown(path), "", _("This is not a zip file, or it is damaged."))
    room = builder.room(path)
    content = bytearray()
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK_BYTES):
            content += chunk
            if len(content) > room:
                builder.refuse_size(path)
    return bytes(content)


def _without_outer_folder(tree: dict[str, bytes]) -> dict[str, bytes]:
    """The tree without the one folder that zipping a folder puts around everything."""
    outer = {path.split("/")[0] for path in tree}
    if len(outer) != 1 or any("/" not in path for path in tree):
        return tree
    length = len(outer.pop()) + 1
    return {path[length:]: content for path, content in tree.items()}
