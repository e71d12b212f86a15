"""A handed-in file on a page: its size and type in words, and the addresses where it is shown and downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from flask import url_for
from flask_babel import gettext as _

from etude.content.uploads import FILE_TYPES, extension_of
from etude.web.sizes import show_bytes

if TYPE_CHECKING:
    from etude.content.uploads import ShownAs

LARGEST_THUMB_BYTES = 600_000
"""A picture up to this size is its own thumbnail; a larger one is shown when it is asked for."""

MAX_SHOWN_TEXT_BYTES = 1_000_000
"""A longer text is only downloaded."""

_SHOWN_AS: dict[str, ShownAs] = {one.media_type: one.shown_as for one in FILE_TYPES}
VIEWED: frozenset[ShownAs] = frozenset({"image", "pdf", "text"})
"""What a page of ours or the browser's own viewer shows; everything else is only downloaded."""


class SeenFile(Protocol):
    """A submission's file as plain values or as a row."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...


def shown_as(content_type: str) -> ShownAs:
    """Return how a file of this type may be shown; what is not known is only downloaded."""
    return _SHOWN_AS.get(content_type, "download")


def can_be_viewed(content_type: str, size_bytes: int) -> bool:
    """Tell whether a file can be looked at without downloading it."""
    way = shown_as(content_type)
    return way in VIEWED and (way != "text" or size_bytes <= MAX_SHOWN_TEXT_BYTES)


def type_text(name: str, content_type: str) -> str:
    """Return what a file is, in a word or two."""
    words = {
        "image": _("picture"),
        "pdf": _("PDF"),
        "text": _("text"),
        "audio": _("sound"),
        "video": _("video"),
    }
    return str(words.get(shown_as(content_type)) or _("%(extension)s file", extension=extension_of(name).upper()))


def show_file(submission_id: int, file: SeenFile) -> dict[str, Any]:
    """Return what a list of files shows of one: `name`, `size_text`, `type_text`, `is_image`, `is_pdf`, and the
    addresses `view_url`, `download_url`, `content_url` (of a picture), `thumb_url`: "" where there is none.
    """
    way = shown_as(file.content_type)
    place: dict[str, Any] = {"submission_id": submission_id, "file_id": file.id}
    is_image = way == "image"
    has_thumb = is_image and file.size_bytes <= LARGEST_THUMB_BYTES
    return {
        "id": file.id,
        "name": file.name,
        "size_text": show_bytes(file.size_bytes),
        "type_text": type_text(file.name, file.content_type),
        "is_image": is_image,
        "is_pdf": way == "pdf",
        "view_url": url_for("files.view", **place) if can_be_viewed(file.content_type, file.size_bytes) else "",
        "download_url": url_for("files.download", **place),
        "content_url": url_for("files.content", **place) if is_image else "",
        "thumb_url": url_for("files.content", **place) if has_thumb else "",
    }
