"""The pictures of an activity in its authors' previews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from etude.web.markdown import NO_PICTURES
from etude.web.pictures import find_pictures

if TYPE_CHECKING:
    from etude.content import ActivityContent
    from etude.models import Activity
    from etude.web.markdown import Pictures


def pictures_of(activity: Activity | None, number: int, content: ActivityContent) -> Pictures:
    """Return the pictures that texts of a version may show; an activity that is not stored yet has none."""
    if activity is None:
        return NO_PICTURES
    place: dict[str, Any] = {"activity_id": activity.id, "number": number, "name": "-"}
    return find_pictures(content, url_for("activity_files.picture", **place).removesuffix("-"))
