"""The page on which a class follows a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from etude.extensions import db
from etude.features.demos import stage
from etude.grading import languages
from etude.models import User
from etude.models.activity.listing import get_listed
from etude.permissions import Permission, scope
from etude.web.submitted_text import split_lines

if TYPE_CHECKING:
    from etude.models import ConsoleDemo


def fill(demo: ConsoleDemo) -> dict[str, Any]:
    """Return the values of the page."""
    course = scope().course
    titles = {one.id: one.title(course.locale) for one in get_listed(db.session, course.id)}
    return {
        "course": course,
        "name": db.session.get_one(User, demo.by_id).name,
        "activity": titles.get(demo.assignment_id, ""),
        "activity_url": url_for("activities.show_assignment", assignment_id=demo.assignment_id),
        "is_over": demo.ended_at is not None,
        "addresses": stage.follower_addresses(demo.id),
        "end_url": url_for("presenting.end_demo", demo_id=demo.id) if scope().may(Permission.CONSOLE_SHOW) else "",
        **program(demo),
    }


def program(demo: ConsoleDemo) -> dict[str, Any]:
    """Return the program that is shown, as lines."""
    entry = languages.load().get(demo.language)
    files = [{"name": name, "lines": split_lines(str(text))} for name, text in demo.files.items()]
    return {"language": entry.label if entry is not None else demo.language, "files": files}
