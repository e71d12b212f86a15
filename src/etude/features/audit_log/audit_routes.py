"""The audit log: the school's for the admin, a course's for its teachers, one's own for everybody; as files too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import Refused
from etude.extensions import db
from etude.features.audit_log import exporting, pages, services
from etude.features.audit_log.forms import FilterForm
from etude.models import User
from etude.models.audit_entry.reading import Wanted
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import choose_locale
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("audit_log", __name__, template_folder="templates")


def _read(course_id: int | None) -> tuple[FilterForm, Wanted | None]:
    """Return the filter as it was sent, and what it asks for; None if it is not right."""
    form = FilterForm(request.args)
    if not form.validate():
        return form, None
    person = User.get_by_login(db.session, form.person.data) if form.person.data else None
    if form.person.data and person is None:
        form.person.errors = [_("No account has this user name.")]
        return form, None
    since, until = form.times()
    return form, Wanted(
        tag=form.tag.data or "",
        person_id=person.id if person else None,
        target_type=form.target_type.data or "",
        target_id=form.target_id.data,
        course_id=course_id,
        since=since,
        until=until,
        before_id=request.args.get("before_id", type=int),
    )


def _show(template: str, *, course_id: int | None, **values: object) -> ResponseReturnValue:
    form, wanted = _read(course_id)
    lines, next_id = pages.get_page(wanted) if wanted else ([], None)
    chosen = {name: value for name, value in request.args.items() if name in form.data and value}
    page = render_template(template, form=form, lines=lines, next_id=next_id, chosen=chosen, **values)
    return page, 200 if wanted else 422


def _export(course_id: int | None, *, as_table: bool) -> ResponseReturnValue:
    _form, wanted = _read(course_id)
    if wanted is None:
        raise Refused(_("This choice of acts is not right: go back to the audit log and choose again."))
    ending = "csv" if as_table else "jsonl"
    wanted = services.note_export(wanted, ending)
    pieces = exporting.table(wanted, choose_locale()) if as_table else exporting.json_lines(wanted)
    headers = {"Content-Disposition": f'attachment; filename="audit-{clock.now():%Y-%m-%d}.{ending}"'}
    mimetype = "text/csv" if as_table else "application/jsonl"
    return Response(stream_with_context(pieces), mimetype=mimetype, headers=headers)


@blueprint.get("/school/audit")
@requires(Permission.AUDIT_VIEW)
def show() -> ResponseReturnValue:
    """Show what was done in the school, newest first; filtered by act, person, thing and time."""
    return _show("audit_log/school.html", course_id=None, tabs=school_tabs())


@blueprint.get("/school/audit.csv")
@requires(Permission.AUDIT_VIEW)
def export() -> ResponseReturnValue:
    """Send what was done in the school as a spreadsheet file; the same filter."""
    return _export(None, as_table=True)


@blueprint.get("/school/audit.jsonl")
@requires(Permission.AUDIT_VIEW)
def export_lines() -> ResponseReturnValue:
    """Send what was done in the school as JSON lines, digests included; the same filter."""
    return _export(None, as_table=False)


@blueprint.get("/courses/<int:course_id>/audit")
@requires(Permission.ENROLMENT_MANAGE)
def show_course(course_id: int) -> ResponseReturnValue:
    """Show what was done in a course."""
    return _show("audit_log/course.html", course_id=course_id, course=scope().course, tabs=course_tabs(course_id))


@blueprint.get("/courses/<int:course_id>/audit.csv")
@requires(Permission.ENROLMENT_MANAGE)
def export_course(course_id: int) -> ResponseReturnValue:
    """Send what was done in a course as a spreadsheet file."""
    return _export(course_id, as_table=True)


@blueprint.get("/courses/<int:course_id>/audit.jsonl")
@requires(Permission.ENROLMENT_MANAGE)
def export_course_lines(course_id: int) -> ResponseReturnValue:
    """Send what was done in a course as JSON lines."""
    return _export(course_id, as_table=False)


@blueprint.get("/auth/trail")
@requires(Permission.ACCOUNT_SELF)
def show_own() -> ResponseReturnValue:
    """Show everybody what they did and what was done to their account."""
    wanted = Wanted(person_id=current_user.id, before_id=request.args.get("before_id", type=int))
    lines, next_id = pages.get_page(wanted, reader_id=current_user.id)
    return render_template("audit_log/own.html", lines=lines, next_id=next_id)
