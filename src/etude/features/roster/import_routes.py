"""Pasting names: the form, the dry run, the confirmation, the undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from etude.core import clock
from etude.extensions import db
from etude.features.roster import import_services
from etude.features.roster.forms import ConfirmImportForm, EmptyForm, ImportForm, confirm_form
from etude.features.roster.import_services import ImportRequest
from etude.features.roster.reading import Order
from etude.models import RosterImport
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.features.roster.planning import Plan

blueprint = Blueprint(
    "imports", __name__, url_prefix="/courses/<int:course_id>/people/import", template_folder="templates"
)


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_MANAGE)
def paste(course_id: int) -> ResponseReturnValue:
    """Ask for the names, and show what they would make."""
    form = ImportForm()
    if not form.validate_on_submit() or not (text := form.names_text()):
        page = render_template(
            "roster/import.html",
            form=form,
            course=scope().course,
            tabs=course_tabs(course_id),
            imports=RosterImport.get_recent(db.session, course_id),
        )
        return page, 422 if form.is_submitted() else 200
    asked = ImportRequest(text=text, order=Order(form.order.data), section=form.section.data or "")
    return _show_plan(import_services.plan_import(course_id, asked), asked, course_id)


def _show_plan(plan: Plan, asked: ImportRequest, course_id: int, *, is_stale: bool = False) -> ResponseReturnValue:
    form = confirm_form(
        plan,
        formdata=None,
        data={"text": asked.text, "order": asked.order.value, "section": asked.section, "digest": plan.digest},
    )
    page = render_template(
        "roster/dry_run.html",
        plan=plan,
        form=form,
        course=scope().course,
        tabs=course_tabs(course_id),
        is_stale=is_stale,
    )
    return page, 409 if is_stale else 200


@blueprint.post("/confirm")
@requires(Permission.ENROLMENT_MANAGE)
def confirm(course_id: int) -> ResponseReturnValue:
    """Make exactly what was shown; when things have changed since, show it anew."""
    first = ConfirmImportForm()
    if not first.validate_on_submit():
        return redirect(url_for(".paste", course_id=course_id))
    asked = ImportRequest(text=first.text.data, order=first.order_value(), section=first.section.data or "")
    plan = import_services.plan_import(course_id, asked)
    form = confirm_form(plan)
    is_valid = form.validate()
    request = ImportRequest(
        text=asked.text, order=asked.order, section=asked.section, digest=form.digest.data, choices=form.choices()
    )
    count = import_services.confirm_import(course_id, current_user.id, request, at=clock.now()) if is_valid else None
    if count is None:
        return _show_plan(import_services.plan_import(course_id, asked), asked, course_id, is_stale=True)
    flash(ngettext("%(num)d student was added.", "%(num)d students were added.", count), "success")
    return redirect(url_for("roster.show_roster", course_id=course_id))


@blueprint.post("/<int:import_id>/undo")
@requires(Permission.ENROLMENT_MANAGE)
def undo(course_id: int, import_id: int) -> ResponseReturnValue:
    """Take an import back."""
    if not EmptyForm().validate_on_submit():
        return redirect(url_for(".paste", course_id=course_id))
    done = import_services.undo_import(course_id, import_id, current_user.id, at=clock.now())
    sentence = ngettext("%(num)d student was taken out again.", "%(num)d students were taken out again.", done.removed)
    if done.kept:
        sentence += " " + _("%(count)s stay: they have used their account already.", count=done.kept)
    flash(sentence, "success")
    return redirect(url_for("roster.show_roster", course_id=course_id))
