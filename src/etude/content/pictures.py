"""Which files of an activity are pictures that a browser may show: by their first bytes, whatever their name says."""

from __future__ import annotations

from etude.content.uploads import FILE_TYPES, HEAD_BYTES

RASTER = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What cannot hold a script. SVG can, so it is only ever downloaded."""


def picture_type(data: bytes) -> str:
    """Return the media type of a picture that every browser shows; empty for everything else."""
    head = data[:HEAD_BYTES]
    found = (one.media_type for one in FILE_TYPES if one.media_type in RASTER and one.matches(head))
    return next(found, "")
