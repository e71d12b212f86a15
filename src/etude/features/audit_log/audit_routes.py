"""The audit log: the school's for the admin, a course's for its teachers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from etude.extensions import db
from etude.features.audit_log import pages
from etude.features.audit_log.forms import FilterForm
from etude.features.audit_log.pages import Filter
from etude.models import User
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("audit_log", __name__, template_folder="templates")


def _show(template: str, *, course_id: int | None, **values: object) -> ResponseReturnValue:
    form = FilterForm(request.args)
    is_valid = form.validate()
    person = User.get_by_login(db.session, form.person.data) if is_valid and form.person.data else None
    is_unknown = bool(form.person.data) and person is None
    if is_unknown:
        form.person.errors = [_("No account has this user name.")]
    wanted = Filter(
        tag=form.tag.data or "",
        person_id=person.id if person else None,
        course_id=course_id,
        before_id=request.args.get("before_id", type=int),
    )
    lines, next_id = pages.get_page(wanted) if is_valid and not is_unknown else ([], None)
    page = render_template(template, form=form, lines=lines, next_id=next_id, **values)
    return page, 200 if is_valid and not is_unknown else 422


@blueprint.get("/school/audit")
@requires(Permission.AUDIT_VIEW)
def show() -> ResponseReturnValue:
    """Show what was done in the school, newest first; filtered by act and by person."""
    return _show("audit_log/school.html", course_id=None, tabs=school_tabs())


@blueprint.get("/courses/<int:course_id>/audit")
@requires(Permission.ENROLMENT_MANAGE)
def show_course(course_id: int) -> ResponseReturnValue:
    """Show what was done in a course."""
    return _show("audit_log/course.html", course_id=course_id, course=scope().course, tabs=course_tabs(course_id))
