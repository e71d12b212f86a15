"""The tabs at the top of every staff page of a course; features that are not installed have no tab."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask_babel import gettext as _

from etude.permissions import Permission, can

PAGES_UNDER = {
    "courses.show_course": ("assignments", "overrides"),
    "progress.show_class": ("progress",),
    "class_consoles.list_consoles": ("class_consoles",),
    "reviews.list_reviews": ("reviews",),
    "courses.edit_course": ("course_source",),
    "roster.show_roster": ("roster", "imports", "claims", "cards"),
}
"""The blueprints whose pages stand under a tab."""


def course_tabs(course_id: int) -> list[tuple[str, str, bool]]:
    """Return label, address and whether the page is under it, for what this person may do in a course."""
    entries = [
        (_("Activities"), "courses.show_course", Permission.COURSE_VIEW),
        (_("Progress"), "progress.show_class", Permission.PROGRESS_VIEW),
        (_("Consoles"), "class_consoles.list_consoles", Permission.CONSOLE_WATCH),
        (_("To review"), "reviews.list_reviews", Permission.REVIEW_WRITE),
        (_("People"), "roster.show_roster", Permission.ENROLMENT_MANAGE),
        (_("Settings"), "courses.edit_course", Permission.COURSE_MANAGE),
        (_("Bin"), "bin.show_course_bin", Permission.COURSE_MANAGE),
    ]
    return [
        (label, url_for(endpoint, course_id=course_id), _is_under(endpoint))
        for label, endpoint, right in entries
        if endpoint in current_app.view_functions and can(right)
    ]


def _is_under(endpoint: str) -> bool:
    return request.endpoint == endpoint or request.blueprint in PAGES_UNDER.get(endpoint, ())
