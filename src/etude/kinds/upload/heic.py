"""HEIC, the photos of iPhones: no free decoder is at hand, so what tells of the place is blotted out where it stands.

A HEIC file is a row of boxes (ISO/IEC 14496-12). The box `meta` lists items (`iinf`) and where their bytes are
(`iloc`): the picture's tiles, and items of type `Exif` and `mime` (XMP). The latter are overwritten where they stand,
camera data by an Exif without entries and XMP by spaces, so that nothing moves and every reader still finds what it
expects. The orientation is a property of the picture (`irot`) and stays.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from etude.core.errors import Refused, _

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_META_BYTES = 2 << 20
TELLING_TYPES = frozenset({b"Exif", b"mime", b"uri "})
"""Types of items that are not pictures: camera data, XMP, links."""

NO_EXIF = b"\0\0\0\0" + b"MM\0*\0\0\0\x08" + b"\0\0" + b"\0\0\0\0"
"""The place of the TIFF header (at once), the header, a directory of no entries, and no further one."""

_HEADER_BYTES = 8
_LONG_HEADER_BYTES = 16
_IN_FILE, _IN_IDAT = 0, 1


class _Malformed(Exception):
    """The boxes are not as the standard says."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


class _Reader:
    """Numbers one after the other out of a box's bytes."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, end

    def number(self, size: int) -> int:
        if self.at + size > self.end:
            raise _Malformed
        value = int.from_bytes(self.data[self.at : self.at + size], "big")
        self.at += size
        return value

    def version(self) -> int:
        version = self.number(1)
        self.number(3)
        return version


def blot_out_place(file: BinaryIO) -> None:
    """Overwrite camera data and XMP in a HEIC file that is open for reading and writing.

    Raises:
        Refused: the file is not built as expected, so nobody can say what it tells.
    """
    try:
        extents = list(_find_telling_extents(file))
    except (_Malformed, struct.error) as error:
        sentence = _(
            "The place where this HEIC photo was taken cannot be removed. Save it as JPEG and hand in that file."
        )
        raise Refused(sentence) from error
    for kind, start, length in extents:
        file.seek(start)
        file.write(_filler(kind, length))


def _filler(kind: bytes, length: int) -> bytes:
    if kind == b"Exif" and length >= len(NO_EXIF):
        return NO_EXIF.ljust(length, b"\0")
    return (b"\0" if kind in {b"Exif", b"uuid"} else b" ") * length


def _find_telling_extents(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    file_bytes = file.seek(0, 2)
    boxes = list(_read_boxes(file, file_bytes))
    metas = [box for box in boxes if box.kind == b"meta"]
    if len(metas) != 1 or any(box.kind == b"moov" for box in boxes):
        raise _Malformed
    yield from ((box.kind, box.start, box.end - box.start) for box in boxes if box.kind == b"uuid")
    meta = metas[0]
    if meta.end - meta.start > MAX_META_BYTES:
        raise _Malformed
    file.seek(meta.start)
    data = file.read(meta.end - meta.start)
    parts = {box.kind: box for box in _inner_boxes(data, 4, len(data))}
    if b"iinf" not in parts or b"iloc" not in parts:
        raise _Malformed
    telling = _telling_items(data, parts[b"iinf"])
    idat = parts.get(b"idat")
    idat_start = meta.start + idat.start if idat is not None else None
    for item, start, length in _locations(data, parts[b"iloc"], idat_start):
        if start < 0 or length <= 0 or start + length > file_bytes:
            raise _Malformed
        if item in telling:
            yield telling[item], start, length


def _read_boxes(file: BinaryIO, file_bytes: int) -> Iterator[_Box]:
    at = 0
    while at < file_bytes:
        file.seek(at)
        box = _box(file.read(_LONG_HEADER_BYTES), at, file_bytes)
        yield box
        at = box.end


def _inner_boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    while at < end:
        box = _box(data[at : at + _LONG_HEADER_BYTES], at, end)
        yield box
        at = box.end


def _box(header: bytes, at: int, end: int) -> _Box:
    size, kind = struct.unpack_from(">I4s", header)
    start = at + _HEADER_BYTES
    if size == 0:
        size = end - at
    elif size == 1:
        (size,) = struct.unpack_from(">Q", header, _HEADER_BYTES)
        start = at + _LONG_HEADER_BYTES
    if at + size > end or at + size < start:
        raise _Malformed
    return _Box(kind, start, at + size)


def _telling_items(data: bytes, box: _Box) -> dict[int, bytes]:
    """The type of each item that is no picture, by the item's id."""
    reader = _Reader(data, box.start, box.end)
    reader.number(2 if reader.version() == 0 else 4)
    telling: dict[int, bytes] = {}
    for entry in _inner_boxes(data, reader.at, box.end):
        inside = _Reader(data, entry.start, entry.end)
        version = inside.version()
        if entry.kind != b"infe" or version not in {2, 3}:
            raise _Malformed
        item = inside.number(2 if version == 2 else 4)
        inside.number(2)
        if (kind := inside.number(4).to_bytes(4, "big")) in TELLING_TYPES:
            telling[item] = kind
    return telling


def _locations(data: bytes, box: _Box, idat_start: int | None) -> Iterator[tuple[int, int, int]]:
    """Each extent of each item: the item's id, where in the file it starts, its length."""
    reader = _Reader(data, box.start, box.end)
    version = reader.version()
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    for _item in range(reader.number(wide)):
        item = reader.number(wide)
        method = reader.number(2) & 0xF if version else _IN_FILE
        reader.number(2)
        base = reader.number(base_size)
        if method == _IN_IDAT and idat_start is not None:
            base += idat_start
        elif method != _IN_FILE:
            raise _Malformed
        for _extent in range(reader.number(2)):
            reader.number(index_size if version else 0)
            start = base + reader.number(offset_size)
            yield item, start, reader.number(length_size)
