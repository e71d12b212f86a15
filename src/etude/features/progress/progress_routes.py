"""The class table, one student's progress, marks by hand; CSV, print and the archive of the course."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound
from etude.features.progress import class_page, services, student_page
from etude.features.progress.forms import MarkForm
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import choose_locale
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("progress", __name__, template_folder="templates")


def _section_id() -> int | None:
    return request.args.get("section", None, int)


@blueprint.get("/courses/<int:course_id>/progress")
@requires(Permission.PROGRESS_VIEW)
def show_class(course_id: int) -> ResponseReturnValue:
    """Show students by assignments, a page of each at a time."""
    view = class_page.View(
        section_id=_section_id(),
        page=request.args.get("page", 1, int),
        column_page=request.args.get("columns", 1, int),
    )
    page = class_page.get_class_page(scope(), view)
    return render_template("progress/class.html", course=scope().course, page=page, tabs=course_tabs(course_id))


@blueprint.get("/courses/<int:course_id>/progress/print")
@requires(Permission.PROGRESS_VIEW)
def print_class(course_id: int) -> ResponseReturnValue:  # noqa: ARG001  the guard reads it
    """Show the whole table in pieces that fit on Letter and A4."""
    tables = class_page.get_printed_tables(scope(), _section_id())
    return render_template("progress/print.html", course=scope().course, tables=tables, at=clock.now())


@blueprint.get("/courses/<int:course_id>/progress.csv")
@requires(Permission.PROGRESS_VIEW)
def export_class(course_id: int) -> ResponseReturnValue:
    """Send the points as a spreadsheet file."""
    section_id = class_page.bound_section(scope(), _section_id())
    body = services.export_grades(course_id, section_id=section_id, locale=choose_locale())
    headers = {"Content-Disposition": f'attachment; filename="{_file_name("csv")}"'}
    return Response(body, mimetype="text/csv", headers=headers)


@blueprint.get("/courses/<int:course_id>/archive.zip")
@requires(Permission.COURSE_MANAGE)
def export_course(course_id: int) -> ResponseReturnValue:
    """Send the course as a file to keep: marks, and each student's last answers and reviews."""
    name = _file_name("zip")
    archive = services.export_course(settings(), course_id, locale=choose_locale())
    return send_file(archive, as_attachment=True, download_name=name, mimetype="application/zip", conditional=False)


def _file_name(ending: str) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", scope().course.code).strip("-") or "course"
    return f"{name}-{clock.now():%Y-%m-%d}.{ending}"


@blueprint.get("/courses/<int:course_id>/students/<int:user_id>")
@requires(Permission.PROGRESS_VIEW)
def show_student(course_id: int, user_id: int) -> ResponseReturnValue:
    """Show one student's work on every assignment."""
    page = student_page.get_student_page(scope(), user_id)
    return render_template("progress/student.html", course=scope().course, page=page, tabs=course_tabs(course_id))


@blueprint.post("/assignments/<int:assignment_id>/completions")
@requires(Permission.REVIEW_WRITE)
def mark(assignment_id: int) -> ResponseReturnValue:
    """Mark a student's work as completed by hand, or take the mark back."""
    form = MarkForm()
    if not form.validate_on_submit():
        raise NotFound
    user_id, is_completed = int(form.user_id.data), form.is_completed.data == "yes"
    student_page.get_student(scope(), user_id)
    course_id = services.mark(assignment_id, user_id, is_completed=is_completed, at=clock.now(), by_id=current_user.id)
    flash(_("Marked as completed.") if is_completed else _("The mark was taken back."), "success")
    return redirect(url_for(".show_student", course_id=course_id, user_id=user_id))
