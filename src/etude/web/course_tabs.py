"""The tabs at the top of every staff page of a course; features that are not installed have no tab."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask_babel import gettext as _

from etude.permissions import Permission, can


def course_tabs(course_id: int) -> list[tuple[str, str, bool]]:
    """Return label, address and whether it is the current page, for what this person may do in a course."""
    entries = [
        (_("Activities"), "courses.show_course", Permission.COURSE_VIEW),
        (_("Progress"), "progress.show_class", Permission.PROGRESS_VIEW),
        (_("To review"), "reviews.list_reviews", Permission.REVIEW_WRITE),
        (_("People"), "roster.show_roster", Permission.ENROLMENT_MANAGE),
        (_("Settings"), "courses.edit_course", Permission.COURSE_MANAGE),
        (_("Bin"), "bin.show_course_bin", Permission.COURSE_MANAGE),
    ]
    return [
        (label, url_for(endpoint, course_id=course_id), request.endpoint == endpoint)
        for label, endpoint, right in entries
        if endpoint in current_app.view_functions and can(right)
    ]
