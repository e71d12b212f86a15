"""What is recorded of a student's programs, and what they showed where the course keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from flask_login import current_user

from etude.core.errors import NotFound
from etude.extensions import db, limiter
from etude.features.consoles import record_page
from etude.models import Console, ConsoleRecord
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.submission_access import note_look

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("console_records", __name__, template_folder="templates")
limiter.limit("300 per minute")(blueprint)


@blueprint.get("/courses/<int:course_id>/students/<int:user_id>/consoles")
@requires(Permission.CONSOLE_WATCH)
def list_records(course_id: int, user_id: int) -> ResponseReturnValue:
    """List the programs that a student ran on the server."""
    page = record_page.get_record_page(scope(), user_id, request.args.get("page", 1, int))
    return render_template("consoles/records.html", course=scope().course, page=page, tabs=course_tabs(course_id))


@blueprint.get("/consoles/<int:console_id>/record")
@requires(Permission.COURSE_VIEW)
def show_record(console_id: int) -> ResponseReturnValue:
    """Show what a program showed, where the course keeps it: to its student, and to the staff, which is audited."""
    console = db.session.get_one(Console, console_id)
    user_id = console.user_id
    if user_id != current_user.id:
        if not scope().may(Permission.CONSOLE_WATCH):
            raise NotFound
        record_page.find_student(scope(), user_id)
        note_look(user_id, console_id=console_id)
    record = ConsoleRecord.get_with_output(db.session, console_id)
    if record is None:
        raise NotFound
    console = db.session.get_one(Console, console_id)
    return render_template("consoles/record.html", course=scope().course, console=console, record=record)
