"""Pictures that an answer wrote: kept if they are what their beginning says, and small enough to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.grading.verdict import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_PICTURE_BYTES = 1 << 20
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_HEAD_BYTES = 4096


def media_type(data: bytes) -> str | None:
    """Return what the bytes are, whatever the file is named; None when they are no picture that is kept."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")) and b"<svg" in head:
        return "image/svg+xml"
    return None


def keep_pictures(names: Iterable[str], collected: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """Return those of the files asked for that are pictures. An SVG may hold scripts: never serve it as it is."""
    found = [(name, collected[name]) for name in names if name in collected]
    return tuple(
        Picture(name=name, media_type=kind, data=data)
        for name, data in found
        if len(data) <= MAX_PICTURE_BYTES and (kind := media_type(data)) is not None
    )
