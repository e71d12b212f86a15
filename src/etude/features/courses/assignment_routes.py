"""A course's assignments: add from the library, change, move, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.courses import assignment_services as services
from etude.features.courses import library
from etude.features.courses.forms import AddForm, AssignmentForm, ConfirmForm, MoveForm
from etude.models import Assignment, Submission
from etude.models.activity.publishing import may_publish
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.told import tell_rescored

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("assignments", __name__, template_folder="templates")


@blueprint.get("/courses/<int:course_id>/assignments/new")
@requires(Permission.ASSIGNMENT_MANAGE)
def choose(course_id: int) -> ResponseReturnValue:
    """Show the library, to add activities from."""
    course = scope().course
    found = library.get_library_page(course, request.args.get("page", 1, int))
    tabs = course_tabs(course_id)
    return render_template("courses/library.html", course=course, found=found, form=AddForm(), tabs=tabs)


@blueprint.post("/courses/<int:course_id>/assignments")
@requires(Permission.ASSIGNMENT_MANAGE)
def add(course_id: int) -> ResponseReturnValue:
    """Add an activity at the end of the course, then ask for its dates."""
    form = AddForm()
    activity_id = form.chosen_id() if form.validate_on_submit() else None
    if activity_id is None:
        raise NotFound
    assignment_id = services.add_assignment(course_id, activity_id)
    flash(_("The activity is in the course. Set its dates and points."), "success")
    return redirect(url_for(".edit", assignment_id=assignment_id))


@blueprint.route("/assignments/<int:assignment_id>/settings", methods=["GET", "POST"])
@requires(Permission.ASSIGNMENT_MANAGE)
def edit(assignment_id: int) -> ResponseReturnValue:
    """Change dates, points, attempts, late rule and visibility."""
    course = scope().course
    assignment = Assignment.get_with_content(db.session, assignment_id)
    if assignment is None:
        raise NotFound
    publishing = may_publish(assignment.activity.latest)
    form = AssignmentForm(obj=assignment, zone=course.zone, publishing=publishing)
    if not form.validate_on_submit():
        judged, waiting = Submission.count_to_rejudge(db.session, assignment_id)
        page = {"course": course, "assignment": assignment, "tabs": course_tabs(course.id)}
        page |= {"judged": judged, "waiting": waiting}
        return render_template("courses/assignment.html", form=form, **page), 422 if form.is_submitted() else 200
    rescored = services.update_assignment(assignment_id, form.values(), at=clock.now())
    flash(_("The dates and rules were saved."), "success")
    tell_rescored(rescored)
    return redirect(url_for("courses.show_course", course_id=course.id))


@blueprint.post("/assignments/<int:assignment_id>/move")
@requires(Permission.ASSIGNMENT_MANAGE)
def move(assignment_id: int) -> ResponseReturnValue:
    """Move the assignment one place up or down."""
    form = MoveForm()
    if form.validate_on_submit():
        services.move_assignment(assignment_id, up=form.is_up)
    target = url_for("courses.show_course", course_id=scope().course.id, _anchor=f"assignment-{assignment_id}")
    return redirect(target)


@blueprint.post("/assignments/<int:assignment_id>/delete")
@requires(Permission.ASSIGNMENT_MANAGE)
def delete(assignment_id: int) -> ResponseReturnValue:
    """Put the assignment in the course's bin."""
    if ConfirmForm().validate_on_submit():
        services.delete_assignment(assignment_id, by_id=current_user.id, at=clock.now())
        flash(_("The activity was taken out of the course. It is in the course’s bin."), "success")
    return redirect(url_for("courses.show_course", course_id=scope().course.id))
