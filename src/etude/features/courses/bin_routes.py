"""The bin: of a course, and of the school for what a person owned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import Conflict
from etude.features.courses import bin_services as services
from etude.features.courses.forms import ConfirmForm
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import choose_locale, translate
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("bin", __name__, template_folder="templates")


def _owner_id() -> int | None:
    """Return whose things a person may restore outside courses: the own ones, or everybody's for an admin."""
    return None if current_user.is_admin else current_user.id


@blueprint.get("/bin/<sort>")
@requires(Permission.COURSE_CREATE)
def show_bin(sort: str) -> ResponseReturnValue:
    """Show the deleted courses or activities that the person may restore."""
    number = max(1, request.args.get("page", 1, int))
    page = services.get_school_page(sort, owner_id=_owner_id(), page=number, locale=choose_locale())
    values = {"sort": sort, "page": page, "number": number, "days": settings().retention_days}
    return render_template("courses/bin.html", **values)


@blueprint.post("/bin/<sort>/<int:row_id>/restore")
@requires(Permission.COURSE_CREATE)
def restore(sort: str, row_id: int) -> ResponseReturnValue:
    """Take a course or an activity out of the bin."""
    if ConfirmForm().validate_on_submit():
        try:
            services.restore_in_school(sort, row_id, owner_id=_owner_id(), at=clock.now())
            flash(_("It is back where it was."), "success")
        except Conflict as error:
            flash(translate(error.sentence, error.values), "error")
    return redirect(url_for(".show_bin", sort=sort))


@blueprint.get("/courses/<int:course_id>/bin")
@blueprint.get("/courses/<int:course_id>/bin/<sort>")
@requires(Permission.COURSE_MANAGE)
def show_course_bin(course_id: int, sort: str = "assignments") -> ResponseReturnValue:
    """Show what was deleted in a course."""
    number = max(1, request.args.get("page", 1, int))
    course = scope().course
    page = services.get_course_page(sort, course_id=course_id, page=number, locale=course.locale)
    values = {"sort": sort, "page": page, "number": number, "days": settings().retention_days}
    return render_template("courses/course_bin.html", course=course, tabs=course_tabs(course_id), **values)


@blueprint.post("/courses/<int:course_id>/bin/<sort>/<int:row_id>/restore")
@requires(Permission.COURSE_MANAGE)
def restore_in_course(course_id: int, sort: str, row_id: int) -> ResponseReturnValue:
    """Take something of a course out of the bin."""
    if ConfirmForm().validate_on_submit():
        try:
            services.restore_in_course(sort, row_id, course_id=course_id, at=clock.now())
            flash(_("It is back where it was."), "success")
        except Conflict as error:
            flash(translate(error.sentence, error.values), "error")
    return redirect(url_for(".show_course_bin", course_id=course_id, sort=sort))
