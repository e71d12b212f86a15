"""Storing what an activity says, as its newest version; takes the session and never commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.content import digest, to_document
from etude.models.activity.activity import Activity
from etude.models.activity.publishing import ask_for_check, result_at_once
from etude.models.activity.version import ActivityVersion

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from etude.content import ActivityContent


@dataclass(frozen=True, slots=True)
class Stored:
    """How storing a content ended: the activity, its latest version, and whether either is another one now."""

    activity: Activity
    version: ActivityVersion
    is_new: bool
    is_changed: bool


def store_content(
    session: Session,
    content: ActivityContent,
    *,
    made_by_id: int | None,
    at: datetime,
    activity: Activity | None = None,
) -> Stored:
    """Store a content as the newest version of an activity.

    Args:
        session: the session, in a transaction.
        content: what the activity says from now on.
        made_by_id: who stores it; also the owner of a new activity.
        at: now.
        activity: the activity to change; None finds it by its slug, or makes it.

    The same content again changes nothing; whatever differs from the latest version is a new one, an earlier version's
    content too: the history only grows. No submission moves: each keeps the version it was judged by.

    Whatever way a content comes in, its solutions are judged: at once where no program is run, else by the worker.
    """
    activity = activity or Activity.get_by_slug(session, content.slug)
    is_new = activity is None
    if activity is None:
        activity = Activity(slug=content.slug, kind=content.kind, title_fr="", title_en="", owner_id=made_by_id)
        session.add(activity)
        session.flush()
    latest = session.get(ActivityVersion, activity.latest_version_id) if activity.latest_version_id else None
    is_changed = latest is None or latest.digest != digest(content)
    version = latest
    if version is None or is_changed:
        version = _add_version(session, activity, content, made_by_id=made_by_id, at=at)
    activity.slug, activity.kind = content.slug, content.kind
    activity.title_fr, activity.title_en = content.title.get("fr", ""), content.title.get("en", "")
    activity.languages = " ".join(content.languages)
    activity.latest_version_id = version.id
    if version.check_result is None:
        ask_for_check(session, version, at)
    session.flush()
    return Stored(activity, version, is_new, is_changed)


def _add_version(
    session: Session, activity: Activity, content: ActivityContent, *, made_by_id: int | None, at: datetime
) -> ActivityVersion:
    version = ActivityVersion(
        activity_id=activity.id,
        number=ActivityVersion.get_next_number(session, activity.id),
        digest=digest(content),
        points=content.points,
        document=to_document(content),
        check_result=result_at_once(content, at),
        made_by_id=made_by_id,
        made_at=at,
    )
    session.add(version)
    session.flush()
    return version
