"""What somebody who stole an account could have read with it, and what was done with it: for the day after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.audit import AuditTag
from etude.models import Assignment, AuditEntry, Course, Draft, Enrolment, Submission, User, UserSession
from etude.models.course import CourseRole
from etude.permissions import COURSE_RIGHTS, SCHOOL_RIGHTS, Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

CARRIED_OFF = (
    AuditTag.SUBMISSION_VIEWED,
    AuditTag.COURSE_EXPORTED,
    AuditTag.GRADES_EXPORTED,
    AuditTag.ACTIVITY_EXPORTED,
    AuditTag.AUDIT_EXPORTED,
    AuditTag.BACKUP_DOWNLOADED,
    AuditTag.PASSWORD_RESET,
    AuditTag.LINK_CREATED,
    AuditTag.ACCOUNT_ROLE_CHANGED,
)
"""Acts by which something left the school, or by which one account opens others."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in of the account: from when to when it was seen, and from where."""

    started_at: datetime
    last_seen_at: datetime
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class CourseExposure:
    """What the account could read in one course. `section_id` bounds it to one section; None is the whole course."""

    code: str
    role: str
    section_id: int | None
    students: int
    submissions: int
    drafts: int
    marks: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one account could read, and what was done with it that carries something off, by tag and how often."""

    login: str
    role: str
    accounts: int
    sign_ins: Sequence[SignIn]
    courses: Sequence[CourseExposure]
    done: dict[str, int]


def find_exposure(session: Session, user: User, since: datetime) -> Exposure:
    """Return what an account could read now, where it was signed in and what was done with it since a time."""
    is_admin = user.is_admin
    has_accounts = Permission.ACCOUNT_MANAGE in SCHOOL_RIGHTS[user.school_role]
    return Exposure(
        login=user.login,
        role=user.school_role.value,
        accounts=User.count_by_role(session, None) if has_accounts else 0,
        sign_ins=_sign_ins(session, user.id, since),
        courses=_all_courses(session) if is_admin else _own_courses(session, user.id),
        done=_done(session, user.id, since),
    )


def _sign_ins(session: Session, user_id: int, since: datetime) -> list[SignIn]:
    rows = session.scalars(
        sa.select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.last_seen_at >= since)
        .order_by(UserSession.started_at)
    )
    return [SignIn(row.started_at, row.last_seen_at, row.address, row.browser) for row in rows]


def _done(session: Session, user_id: int, since: datetime) -> dict[str, int]:
    rows = session.execute(
        sa.select(AuditEntry.tag, sa.func.count())
        .where(AuditEntry.actor_id == user_id, AuditEntry.at >= since, AuditEntry.tag.in_(CARRIED_OFF))
        .group_by(AuditEntry.tag)
        .order_by(AuditEntry.tag)
    )
    return {tag: count for tag, count in rows}  # noqa: C416  rows are no plain pairs


def _all_courses(session: Session) -> list[CourseExposure]:
    courses = session.scalars(sa.select(Course).order_by(Course.code, Course.id)).all()
    return [_in_course(session, course, CourseRole.TEACHER, None, "admin") for course in courses]


def _own_courses(session: Session, user_id: int) -> list[CourseExposure]:
    rows = session.execute(
        sa.select(Course, Enrolment)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.user_id == user_id)
        .order_by(Course.code, Course.id)
    )
    found = []
    for course, place in rows:
        is_bound = place.role in (CourseRole.ASSISTANT, CourseRole.OBSERVER)
        section_id = place.section_id if is_bound else None
        found.append(_in_course(session, course, place.role, section_id, place.role.value))
    return found


def _in_course(session: Session, course: Course, role: CourseRole, section_id: int | None, said: str) -> CourseExposure:
    rights = COURSE_RIGHTS[role]
    sees_people = Permission.PROGRESS_VIEW in rights
    return CourseExposure(
        code=course.code,
        role=said,
        section_id=section_id,
        students=_count_students(session, course.id, section_id) if sees_people else 0,
        submissions=_count_of(session, Submission, course.id, section_id)
        if Permission.SUBMISSION_VIEW_OTHERS in rights
        else 0,
        drafts=_count_of(session, Draft, course.id, section_id) if Permission.DRAFT_VIEW_OTHERS in rights else 0,
        marks=sees_people,
    )


def _students(course_id: int, section_id: int | None) -> sa.Select[int]:
    query = sa.select(Enrolment.user_id).where(Enrolment.course_id == course_id, Enrolment.role == CourseRole.STUDENT)
    return query if section_id is None else query.where(Enrolment.section_id == section_id)


def _count_students(session: Session, course_id: int, section_id: int | None) -> int:
    found = _students(course_id, section_id).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _count_of(session: Session, model: type[Submission | Draft], course_id: int, section_id: int | None) -> int:
    query = (
        sa.select(sa.func.count(model.id))
        .join(Assignment, Assignment.id == model.assignment_id)
        .where(Assignment.course_id == course_id, model.user_id.in_(_students(course_id, section_id)))
    )
    return session.scalar(query) or 0
