"""Drafts: what is typed saves itself; an earlier state can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from etude.core import clock
from etude.extensions import limiter
from etude.features.activities import draft_services
from etude.features.activities.forms import DraftForm, RestoreForm
from etude.features.activities.loading import load_open_work
from etude.permissions import Permission, requires
from etude.web.json_errors import json_error
from etude.web.rate_keys import by_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("drafts", __name__)
limiter.limit("240 per minute", key_func=by_session)(blueprint)


@blueprint.post("/assignments/<int:assignment_id>/draft")
@requires(Permission.SUBMISSION_CREATE)
def save_draft(assignment_id: int) -> ResponseReturnValue:
    """Save what is typed; 409 with what stands there when another tab or computer saved since."""
    work = load_open_work(assignment_id)
    form = DraftForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    saved = draft_services.save_draft(
        assignment_id,
        work.user_id,
        form.text(),
        base_version=form.base_version.data,
        at=clock.now(),
        is_trial=work.is_trial,
    )
    answer = {"version": saved.version, "saved_at": saved.saved_at.isoformat()}
    if saved.is_stale:
        return {**answer, "files": dict(saved.files), "language": saved.language}, 409
    return answer


@blueprint.post("/assignments/<int:assignment_id>/draft/restored")
@requires(Permission.SUBMISSION_CREATE)
def restore_draft(assignment_id: int) -> ResponseReturnValue:
    """Go back to an earlier state of the draft; what stands there now stays in the history."""
    work = load_open_work(assignment_id)
    form = RestoreForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    language = draft_services.restore_draft(assignment_id, work.user_id, form.version.data, at=clock.now())
    flash(_("The earlier version is back in the editor. What was there is kept in the history."), "success")
    return redirect(url_for("activities.show_assignment", assignment_id=assignment_id, language=language), 303)
