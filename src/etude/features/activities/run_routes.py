"""Run: a program is tried in the jail with typed input; it counts for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound
from etude.extensions import db, limiter
from etude.features.activities import run_services
from etude.features.activities.forms import RunForm
from etude.features.activities.loading import load_open_work
from etude.models import Run
from etude.permissions import Permission, requires
from etude.web import program_errors
from etude.web.json_errors import json_error
from etude.web.judges import missing_note, waiting_reason
from etude.web.rate_keys import by_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("runs", __name__)
limiter.limit("600 per minute", key_func=by_session)(blueprint)


@blueprint.post("/assignments/<int:assignment_id>/runs")
@requires(Permission.SUBMISSION_CREATE)
def ask_for_run(assignment_id: int) -> ResponseReturnValue:
    """Queue a program to be run once."""
    work = load_open_work(assignment_id)
    form = RunForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    if form.language.data not in work.content.languages:
        return json_error(_("This activity does not take this language. Choose one of those shown."), 422)
    lacking = missing_note([form.language.data], is_staff=work.is_trial)
    if reason := lacking or waiting_reason(is_staff=work.is_trial, language=form.language.data):
        return json_error(reason, 503)
    asked = run_services.ask_for_run(
        assignment_id,
        work.user_id,
        form.text(),
        stdin=form.stdin.data or "",
        at=clock.now(),
        is_trial=work.is_trial,
    )
    if asked is None:
        return json_error(_("Your programs are still running. Wait for them, then run again."), 429)
    return {"id": asked, "url": url_for(".show_run", run_id=asked)}, 202


@blueprint.get("/runs/<int:run_id>")
@requires(Permission.SUBMISSION_CREATE)
def show_run(run_id: int) -> ResponseReturnValue:
    """Tell how a run of one's own stands."""
    run = Run.get_own(db.session, run_id, current_user.id)
    if run is None:
        raise NotFound
    response = jsonify(_describe(run))
    response.add_etag()
    return response.make_conditional(request)


def _describe(run: Run) -> dict[str, Any]:
    """Return what the page is told; sentences are translated here."""
    result = {**run.result, "state": run.state}
    message = result.get("message") or {}
    said = program_errors.of_run(run.language, message.get("id", ""), message.get("values", {}))
    result["message"], result["is_explained"] = said.sentence, bool(said.raw)
    if compiled := program_errors.of_compiler(run.language, result.get("compile")):
        result["compile"] = {**compiled, "said": program_errors.first_of(compiled)}
    return result
