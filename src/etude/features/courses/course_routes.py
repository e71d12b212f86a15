"""Courses: the list and the course page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template
from flask_login import current_user

from etude.extensions import db
from etude.models import Course
from etude.permissions import Permission, requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("courses", __name__, template_folder="templates")


@blueprint.get("/courses")
@requires(Permission.ACCOUNT_SELF)
def list_courses() -> ResponseReturnValue:
    """List the courses of the signed-in person."""
    courses = Course.get_for_user(db.session, current_user.id)
    return render_template("courses/list.html", courses=courses)
