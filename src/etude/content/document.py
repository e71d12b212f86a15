"""An activity as JSON: what a database keeps of each version, and its digest.

The document is the activity's folder itself: its files by path, text as text and the rest as base64. So there is one
format and one place that checks it, and an old version is read as an old folder would be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from etude.content.errors import ContentError
from etude.content.errors import mark as _
from etude.content.names import shown
from etude.content.parser import parse_activity
from etude.content.writer import FORMAT, activity_tree

if TYPE_CHECKING:
    from etude.content.model import ActivityContent

Document = dict[str, object]


def to_document(content: ActivityContent) -> Document:
    """A JSON-able dictionary. Equal content makes an equal document."""
    return {"format": FORMAT, "files": {path: _encode(data) for path, data in activity_tree(content).items()}}


def from_document(document: Mapping[str, object]) -> ActivityContent:
    """The activity of a document. Raises ContentError as reading a folder does."""
    files = document.get("files")
    if not isinstance(files, Mapping):
        raise ContentError("", "files", _("This is missing."))
    return parse_activity({str(path): _decode(str(path), data) for path, data in files.items()})


def digest(content: ActivityContent) -> str:
    """SHA-256 in hexadecimal digits: the same for equal content, wherever it came from."""
    return hashlib.sha256(document_bytes(to_document(content))).hexdigest()


def document_bytes(document: Mapping[str, object]) -> bytes:
    """The document as it travels; its SHA-256 is the digest of its content."""
    return json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _encode(data: bytes) -> object:
    # PostgreSQL's JSON has no NUL; what is not text needs another form anyway.
    if b"\0" not in data:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return {"base64": base64.b64encode(data).decode("ascii")}


def _decode(path: str, data: object) -> bytes:
    try:
        if isinstance(data, str):
            return data.encode("utf-8")
        if isinstance(data, Mapping):
            return base64.b64decode(str(data.get("base64", "?")), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        pass
    raise ContentError(shown(path), "", _("The stored file is damaged."))
