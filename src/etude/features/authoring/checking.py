"""Judging the solutions that an activity carries, before students see it: asked for on the page, done by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.content import ContentError, check_activity
from etude.core import logging
from etude.extensions import db
from etude.grading.errors import JobError
from etude.models import Activity, ActivityVersion
from etude.models.activity.publishing import WAITING, Publishing, done_result, may_publish, result_at_once
from etude.models.progress.unbegun import get_unbegun
from etude.web.contents import content_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from etude.content.check import Judge

_log = logging.get(__name__)


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


OUR_FAULT = _("The solutions could not be judged because of a fault on our side.")


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
    """Judge the solutions of a version and keep the result with it; nothing is done where no check waits.

    Where tests and solutions turn out to contradict each other, students who have not begun do not meet the activity.
    """
    waiting = db.session.get(ActivityVersion, version_id)
    if waiting is None or not is_waiting(waiting):
        return
    result = check_version(db.session, version_id, judge, at)
    with db.session.begin():
        version = ActivityVersion.get_for_update(db.session, version_id)
        if version is None:
            return
        version.check_result = result
        if may_publish(version) is Publishing.DISAGREES:
            _hide_unbegun(version)


def get_waiting(activity_ids: Sequence[int]) -> dict[int, int]:
    """Return the latest versions of some activities whose solutions are still to be judged, by activity."""
    query = (
        sa.select(ActivityVersion)
        .join(Activity, Activity.latest_version_id == ActivityVersion.id)
        .where(Activity.id.in_(list(activity_ids)))
    )
    return {one.activity_id: one.id for one in db.session.scalars(query) if is_waiting(one)}


def get_results(activity_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Return the `check_result` of the latest versions of some activities, by activity."""
    query = sa.select(ActivityVersion.activity_id, ActivityVersion.check_result).join(
        Activity, Activity.latest_version_id == ActivityVersion.id
    )
    rows = db.session.execute(query.where(Activity.id.in_(list(activity_ids))))
    return {row.activity_id: row.check_result or {} for row in rows}


def is_waiting(version: ActivityVersion) -> bool:
    """Tell whether the solutions of a version are still to be judged."""
    return version.check_result is not None and version.check_result["state"] == WAITING


def _hide_unbegun(version: ActivityVersion) -> None:
    activity = db.session.get_one(Activity, version.activity_id)
    if activity.latest_version_id != version.id:
        return
    for assignment in get_unbegun(db.session, activity.id):
        assignment.is_visible = False
        audit.record(
            db.session,
            AuditTag.ASSIGNMENT_UPDATED,
            target=assignment,
            course_id=assignment.course_id,
            details={"is_visible": False, "contradicted": True},
        )
