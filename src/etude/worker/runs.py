"""A Run on its way through the worker: claimed, turned into the engine's job, its result kept for the page."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from etude.content import build_run_job
from etude.core import clock
from etude.extensions import db
from etude.grading.messages import _
from etude.models import Assignment, Run
from etude.web.contents import content_of

if TYPE_CHECKING:
    from etude.grading.job import RunJob

MAX_RUN_DELIVERIES = 2
OUR_FAULT = _("The answer could not be judged because of a fault on our side.")


def take_run(run_id: int) -> tuple[str, RunJob] | None:
    """Claim a run; None when it has ended or was taken up too often."""
    with db.session.begin():
        run = Run.get_for_update(db.session, run_id)
        if run is None or run.ended_at is not None:
            return None
        run.deliveries += 1
        if run.deliveries > MAX_RUN_DELIVERIES:
            run.state, run.ended_at = "failed", clock.now()
            run.result = {"state": "failed", "message": {"id": OUR_FAULT}}
            return None
        run.state, run.token = "running", secrets.token_hex(8)
        assignment = Assignment.get_with_context(db.session, run.assignment_id)
        if assignment is None:  # deleted meanwhile: nobody will ask
            return None
        version_id, locale = assignment.activity.latest_version_id, assignment.course.locale
        token, language, stdin = run.token, run.language, run.stdin
        files = {name: text.encode("utf-8", "surrogatepass") for name, text in run.files.items()}
    content = content_of(db.session, version_id)
    db.session.rollback()
    typed = stdin.encode("utf-8", "surrogatepass")
    return token, build_run_job(content, language, files, stdin=typed, course_language=locale)


def end_run(run_id: int, token: str, result: dict[str, Any]) -> None:
    """Keep what a run printed, unless another worker took it over."""
    with db.session.begin():
        run = Run.get_for_update(db.session, run_id)
        if run is not None and run.token == token and run.ended_at is None:
            run.state, run.result, run.ended_at = result["state"], result, clock.now()
