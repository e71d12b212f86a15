"""Judging all answers of an assignment again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.activities import rejudge_page, rejudge_services
from etude.features.activities.forms import PlainForm
from etude.models import Assignment
from etude.permissions import Permission, requires, scope

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("rejudging", __name__)


@blueprint.post("/assignments/<int:assignment_id>/judgements")
@requires(Permission.SUBMISSION_REJUDGE)
def judge_all_again(assignment_id: int) -> ResponseReturnValue:
    """Have all answers of an assignment judged afresh, after everything that students wait for."""
    if PlainForm().validate_on_submit():
        count = rejudge_services.judge_all_again(assignment_id, current_user.id, at=clock.now())
        flash(ngettext("%(num)d answer is judged again.", "%(num)d answers are judged again.", count), "success")
    return redirect(url_for(".show", assignment_id=assignment_id), 303)


@blueprint.get("/assignments/<int:assignment_id>/judgements")
@requires(Permission.SUBMISSION_REJUDGE)
def show(assignment_id: int) -> ResponseReturnValue:
    """Show how far judging all answers again is, and whose verdict or points changed, from what to what."""
    assignment = Assignment.get_with_context(db.session, assignment_id)
    if assignment is None:
        raise NotFound
    return render_template("activities/rejudgement.html", **rejudge_page.fill(scope().course, assignment))
