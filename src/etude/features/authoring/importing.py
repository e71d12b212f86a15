"""Content from folders and archives into the school: what would change, and storing it; whole courses too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.content import digest, pick_text
from etude.extensions import db
from etude.features.authoring.rights import get_editable_ids
from etude.models import Activity, ActivityVersion, Assignment, Course, Enrolment
from etude.models.activity.operations import add_assignment
from etude.models.activity.storing import store_content
from etude.models.course import CourseRole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.content import ActivityContent, CourseContent
    from etude.models import User

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import does to one activity: its slug, and "new", "changed", "same", or "refused" for somebody else's.

    `digest` is that of what stands now, "" for a new one.
    """

    slug: str
    change: str
    activity_id: int | None = None
    digest: str = ""


def plan(contents: Sequence[ActivityContent], *, user: User | None) -> list[Imported]:
    """Return what an import of these contents by this person would do; None may do everything. Writes nothing.

    "refused" is an activity of that slug which the person may not change.
    """
    slugs = Activity.get_taken_slugs(db.session, [content.slug for content in contents])
    query = sa.select(Activity).where(Activity.id.in_(list(slugs.values())))
    activities = {activity.slug: activity for activity in db.session.scalars(query)}
    allowed = get_editable_ids(db.session, user, activities.values()) if user is not None else set(slugs.values())
    digests = _latest_digests(activities)
    planned = []
    for content in contents:
        activity = activities.get(content.slug)
        if activity is None:
            planned.append(Imported(slug=content.slug, change=NEW))
            continue
        is_same = digests.get(activity.id) == digest(content)
        change = SAME if is_same else CHANGED if activity.id in allowed else REFUSED
        now = digests.get(activity.id, "")
        planned.append(Imported(slug=content.slug, change=change, activity_id=activity.id, digest=now))
    return planned


def _latest_digests(activities: dict[str, Activity]) -> dict[int, str]:
    wanted = [activity.latest_version_id for activity in activities.values()]
    query = sa.select(ActivityVersion.activity_id, ActivityVersion.digest).where(ActivityVersion.id.in_(wanted))
    return {row.activity_id: row.digest for row in db.session.execute(query)}


def import_activities(
    contents: Sequence[ActivityContent], *, course_code: str = "", made_by_id: int | None, at: datetime
) -> list[Imported]:
    """Store activities, and place them in a course when `course_code` names one, in one transaction.

    Raises:
        LookupError: there is no course of this code.
    """
    with db.session.begin():
        course = Course.get_by_code(db.session, course_code) if course_code else None
        if course_code and course is None:
            raise LookupError(course_code)
        return [_store(content, course, made_by_id, at) for content in contents]


def import_planned(contents: Sequence[ActivityContent], *, user: User, at: datetime) -> list[Imported]:
    """Store those of some activities that this person may store, in one transaction."""
    user_id = user.id
    with db.session.begin():
        planned = plan(contents, user=user)
        done = []
        for content, intent in zip(contents, planned, strict=True):
            if intent.change in {NEW, CHANGED}:
                done.append(_store(content, None, user_id, at))
            else:
                done.append(intent)
        return done


def import_course(content: CourseContent, *, locale: str, zone: str, made_by_id: int | None, at: datetime) -> int:
    """Make a course with all of its activities, in one transaction; return its id. Who makes it teaches it."""
    with db.session.begin():
        return _make_course(content, locale=locale, zone=zone, made_by_id=made_by_id, at=at)


def import_course_with_plan(content: CourseContent, *, locale: str, zone: str, user: User, at: datetime) -> int | None:
    """Make a course from an archive of this person's; None when it holds an activity that the person may not change,
    or when the school has a course of this code: then nothing is stored.
    """
    user_id = user.id
    with db.session.begin():
        refused = any(intent.change == REFUSED for intent in plan(content.activities, user=user))
        if refused or Course.get_by_code(db.session, content.code) is not None:
            return None
        return _make_course(content, locale=locale, zone=zone, made_by_id=user_id, at=at)


def _make_course(content: CourseContent, *, locale: str, zone: str, made_by_id: int | None, at: datetime) -> int:
    course = Course(
        code=content.code,
        title=pick_text(content.title, locale),
        description=pick_text(content.description, locale) if content.description else "",
        locale=locale,
        zone=zone,
        owner_id=made_by_id,
    )
    db.session.add(course)
    db.session.flush()
    audit.record(db.session, AuditTag.COURSE_CREATED, target=course, course_id=course.id, details={"code": course.code})
    if made_by_id is not None:
        db.session.add(Enrolment(course_id=course.id, user_id=made_by_id, role=CourseRole.TEACHER))
        db.session.flush()
    for activity in content.activities:
        _store(activity, course, made_by_id, at)
    return course.id


def _store(content: ActivityContent, course: Course | None, made_by_id: int | None, at: datetime) -> Imported:
    stored = store_content(db.session, content, made_by_id=made_by_id, at=at)
    change = NEW if stored.is_new else CHANGED if stored.is_changed else SAME
    if stored.is_new or stored.is_changed:
        audit.record(db.session, AuditTag.ACTIVITY_IMPORTED, target=stored.activity, details={"slug": content.slug})
    if course is not None and not _is_assigned(course, stored.activity.id):
        placed = add_assignment(db.session, course.id, stored.activity, points=content.points)
        audit.record(db.session, AuditTag.ASSIGNMENT_CREATED, target=placed, course_id=course.id)
    return Imported(slug=content.slug, change=change, activity_id=stored.activity.id)


def _is_assigned(course: Course, activity_id: int) -> bool:
    return any(a.activity_id == activity_id for a in Assignment.get_for_course(db.session, course.id))
