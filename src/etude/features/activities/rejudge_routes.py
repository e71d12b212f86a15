"""Judging all answers of an assignment again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for
from flask_babel import ngettext

from etude.core import clock
from etude.features.activities import rejudge_services
from etude.features.activities.forms import PlainForm
from etude.permissions import Permission, requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("rejudging", __name__)


@blueprint.post("/assignments/<int:assignment_id>/judgements")
@requires(Permission.SUBMISSION_REJUDGE)
def judge_all_again(assignment_id: int) -> ResponseReturnValue:
    """Have all answers of an assignment judged afresh, after everything that students wait for."""
    if PlainForm().validate_on_submit():
        count = rejudge_services.judge_all_again(assignment_id, at=clock.now())
        flash(ngettext("%(num)d answer is judged again.", "%(num)d answers are judged again.", count), "success")
    return redirect(url_for("assignments.edit", assignment_id=assignment_id), 303)
