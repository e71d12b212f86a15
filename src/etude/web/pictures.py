"""The pictures of an activity on a page: which of its files they are, and how their bytes are sent.

They lie at the address of the activity's version, which never changes, so a browser may keep them for good; privately,
since only those who may see the version are given them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for

from etude.content.pictures import picture_type
from etude.core.caching import PRIVATE
from etude.core.errors import NotFound
from etude.grading.pictures import MAX_PICTURE_BYTES, media_type
from etude.web.markdown import NO_PICTURES, Pictures

if TYPE_CHECKING:
    from etude.content import ActivityContent

CACHE = "private, max-age=31536000, immutable"
LOCKED = "default-src 'none'; sandbox; frame-ancestors 'none'"


def find_pictures(content: ActivityContent, base: str) -> Pictures:
    """Return the pictures that texts of this content may show; `base` is the address they lie below, with a slash."""
    if not content.files:
        return NO_PICTURES
    return Pictures(base, frozenset(name for name, data in content.files.items() if picture_type(data)))


def find_assignment_pictures(content: ActivityContent, assignment_id: int, version_id: int | None) -> Pictures:
    """Return the pictures of a version of an assignment’s activity, at the address where its readers find them."""
    place: dict[str, Any] = {"assignment_id": assignment_id, "version_id": version_id, "name": "-"}
    return find_pictures(content, url_for("pictures.show", **place).removesuffix("-"))


def send_picture(content: ActivityContent, name: str) -> Response:
    """Answer with a picture of a content, by the type that its bytes say.

    Raises:
        NotFound: there is no such file, or it is none of the pictures that cannot hold a script.
    """
    data = content.files.get(name, b"")
    media_type = picture_type(data)
    if not media_type:
        raise NotFound
    response = Response(data, mimetype=media_type)
    response.headers["Cache-Control"] = CACHE
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Content-Disposition"] = "inline"
    response.set_etag(sha256(data).hexdigest())
    response.make_conditional(request)
    return response


def send_made_picture(data: bytes, said: str) -> Response:
    """Answer with a picture that a program made, for `<img>`: looked at again, small, and never a page of its own.

    A drawing (SVG) may hold scripts. Inside `<img>` no browser runs them; who opens its address downloads it.

    Raises:
        NotFound: the bytes are no longer what was said of them, or too many.
    """
    if len(data) > MAX_PICTURE_BYTES or media_type(data) != said:
        raise NotFound
    response = Response(data, mimetype=said)
    response.headers["Cache-Control"] = PRIVATE
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Content-Disposition"] = "attachment" if said == "image/svg+xml" else "inline"
    return response
