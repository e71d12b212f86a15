"""Judging the solutions that an activity carries, before students see it: asked for on the page, done by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.content import ContentError, check_activity
from etude.core import logging
from etude.core.errors import NotFound
from etude.extensions import db
from etude.grading.errors import JobError
from etude.models import ActivityVersion
from etude.models.activity.publishing import done_result, result_at_once
from etude.queue import CHECK_ACTIVITY, enqueue
from etude.web.contents import content_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from etude.content.check import Judge

_log = logging.get(__name__)


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


OUR_FAULT = _("The solutions could not be judged because of a fault on our side.")


def ask_for_check(session: Session, version: ActivityVersion, at: datetime) -> None:
    """Send the solutions of a version to the worker, in the open transaction."""
    version.check_result = {"state": "waiting", "asked_at": at.isoformat()}
    enqueue(session, CHECK_ACTIVITY, version.id)


def check_if_unchecked(session: Session, version_id: int | None, at: datetime) -> None:
    """Ask for the check of a version that nobody has checked, in the open transaction."""
    version = session.get(ActivityVersion, version_id) if version_id is not None else None
    if version is not None and version.check_result is None:
        ask_for_check(session, version, at)


def check_version(session: Session, version_id: int, judge: Judge, at: datetime) -> dict[str, Any]:
    """Judge every solution of a version and return its `check_result`; writes nothing.

    What `judge` raises for a machine that cannot isolate programs passes through; a job that the engine does not take
    becomes a failed result.
    """
    content = content_of(session, version_id)
    session.rollback()  # nothing is held open while programs run
    at_once = result_at_once(content, at)
    if at_once is not None:
        return at_once
    try:
        return done_result(check_activity(content, judge), at)
    except (JobError, ContentError, LookupError, ValueError):
        _log.exception("check_failed", version_id=version_id)
        return {"state": "failed", "checked_at": at.isoformat(), "rows": [], "reason": OUR_FAULT}


def run_check(version_id: int, judge: Judge, at: datetime) -> None:
    """Judge the solutions of a version and keep the result with it; a version that is gone is passed over."""
    try:
        result = check_version(db.session, version_id, judge, at)
    except NotFound:
        return
    with db.session.begin():
        version = ActivityVersion.get_for_update(db.session, version_id)
        if version is not None:
            version.check_result = result
