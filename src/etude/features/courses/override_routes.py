"""Exceptions: other dates, attempts or time for one student or one section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from etude.core import clock
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.courses import override_page
from etude.features.courses import override_services as services
from etude.features.courses.forms import ConfirmForm, OverrideForm
from etude.models import Assignment, Override
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import translate
from etude.web.told import tell_rescored

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("overrides", __name__, template_folder="templates")


def _assignment(assignment_id: int) -> Assignment:
    assignment = Assignment.get_with_content(db.session, assignment_id)
    if assignment is None:
        raise NotFound
    return assignment


def _show(form: OverrideForm, assignment: Assignment, override: Override | None = None) -> ResponseReturnValue:
    """Show the form with the other exceptions below it."""
    course = scope().course
    page = override_page.get_override_page(course, assignment, request.args.get("page", 1, int), clock.now())
    answer = render_template(
        "courses/overrides.html",
        form=form,
        course=course,
        assignment=assignment,
        override=override,
        target=override_page.target_name(override) if override else "",
        page=page,
        tabs=course_tabs(course.id),
    )
    return answer, 422 if form.is_submitted() else 200


@blueprint.route("/assignments/<int:assignment_id>/exceptions", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_MANAGE)
def list_overrides(assignment_id: int) -> ResponseReturnValue:
    """Show an assignment's exceptions and add one."""
    course, assignment = scope().course, _assignment(assignment_id)
    form = OverrideForm(zone=course.zone)
    form.target.choices = override_page.target_choices(course.id)
    if not form.validate_on_submit():
        return _show(form, assignment)
    try:
        rescored = services.add_override(assignment_id, form.values(), at=clock.now())
    except services.AlreadyThere as error:
        form.target.errors = [translate(error.sentence)]
        return _show(form, _assignment(assignment_id))
    flash(_("The exception was saved."), "success")
    tell_rescored(rescored)
    return redirect(url_for(".list_overrides", assignment_id=assignment_id))


@blueprint.route("/exceptions/<int:override_id>", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_MANAGE)
def edit_override(override_id: int) -> ResponseReturnValue:
    """Change what an exception says."""
    override = Override.get_with_target(db.session, override_id)
    if override is None:
        raise NotFound
    form = override_page.fill_form(override, scope().course)
    if not form.validate_on_submit():
        return _show(form, _assignment(override.assignment_id), override)
    rescored = services.update_override(override_id, form.values(), at=clock.now())
    flash(_("The exception was saved."), "success")
    tell_rescored(rescored)
    return redirect(url_for(".list_overrides", assignment_id=override.assignment_id))


@blueprint.post("/exceptions/<int:override_id>/delete")
@requires(Permission.ASSIGNMENT_MANAGE)
def delete_override(override_id: int) -> ResponseReturnValue:
    """Remove an exception: the assignment's own rules hold again."""
    if not ConfirmForm().validate_on_submit():
        raise NotFound
    assignment_id, rescored = services.delete_override(override_id, at=clock.now())
    flash(_("The exception was removed."), "success")
    tell_rescored(rescored)
    return redirect(url_for(".list_overrides", assignment_id=assignment_id))
