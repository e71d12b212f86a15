"""The Git repository that a course follows: its settings, what came of the last look, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.git_addresses import is_address
from etude.extensions import db, limiter
from etude.features.authoring import source_services
from etude.features.authoring.forms import ConfirmForm, SourceForm
from etude.models import CourseSource
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import translate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("course_source", __name__, template_folder="templates")
limiter.limit("30 per minute", methods=["POST"])(blueprint)


@blueprint.route("/courses/<int:course_id>/repository", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def show(course_id: int) -> ResponseReturnValue:
    """Show what the course follows and what came of it; change it."""
    source = CourseSource.get(db.session, course_id)
    form = SourceForm(obj=source)
    if form.validate_on_submit():
        if is_address(form.url.data):
            source_services.follow(course_id, form.values(), user_id=current_user.id, at=clock.now())
            flash(_("Saved. The repository is looked at within a minute."), "success")
            return redirect(url_for(".show", course_id=course_id))
        form.url.errors = [_("Type an address of the form https://host/path or ssh://user@host/path.")]
    page = render_template(
        "authoring/source.html",
        course=scope().course,
        tabs=course_tabs(course_id),
        form=form,
        source=source,
        faults=[_said(fault) for fault in source.faults] if source else [],
    )
    return page, 422 if form.errors else 200


@blueprint.post("/courses/<int:course_id>/repository/fetch")
@requires(Permission.COURSE_MANAGE)
def fetch(course_id: int) -> ResponseReturnValue:
    """Have the repository looked at now."""
    if ConfirmForm().validate_on_submit():
        source_services.ask(course_id, at=clock.now())
        flash(_("The repository is looked at within a minute. Reload this page then."), "success")
    return redirect(url_for(".show", course_id=course_id))


@blueprint.post("/courses/<int:course_id>/repository/<any(theirs, ours):which>")
@requires(Permission.COURSE_MANAGE)
def choose(course_id: int, which: str) -> ResponseReturnValue:
    """Decide what stands where both sides changed."""
    if ConfirmForm().validate_on_submit():
        source_services.choose(course_id, theirs=which == "theirs", user_id=current_user.id, at=clock.now())
    return redirect(url_for(".show", course_id=course_id))


@blueprint.post("/courses/<int:course_id>/repository/leave")
@requires(Permission.COURSE_MANAGE)
def leave(course_id: int) -> ResponseReturnValue:
    """Follow the repository no more."""
    if ConfirmForm().validate_on_submit():
        source_services.leave(course_id)
        flash(_("The course follows no repository any more. What was taken stays."), "success")
    return redirect(url_for(".show", course_id=course_id))


def _said(fault: dict[str, Any]) -> dict[str, Any]:
    """Return a fault in the page's language, with its file, line and key."""
    return {**fault, "text": translate(fault["id"], fault["values"]), "key": fault.get("field", "")}
