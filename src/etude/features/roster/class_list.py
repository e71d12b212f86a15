"""What the class list and a member's page show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from etude.extensions import db
from etude.features.roster.forms import role_label
from etude.features.roster.planning import homonym_ids
from etude.models import Section
from etude.models.course import CourseRole, roster

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.models import Course, Enrolment, User
    from etude.models.course.roster import ClassCount

PAGE_SIZE = 100


class AccountState(StrEnum):
    """How far somebody is with the account."""

    UNCLAIMED = "unclaimed"
    CARD = "card"
    CLAIMED = "claimed"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the class list."""

    enrolment_id: int
    name: str
    login: str
    section: str
    role: str
    state: AccountState
    last_seen_at: datetime | None
    claimed_at: datetime | None
    is_homonym: bool
    is_student: bool
    awaits_confirmation: bool
    """It is a student's account that was made for another course, and nobody has confirmed this one yet."""


@dataclass(frozen=True, slots=True)
class ClassPage:
    """A page of the class list."""

    course: Course
    rows: Sequence[Row]
    sections: Sequence[Section]
    section_id: int | None
    count: ClassCount
    total: int
    page: int

    @property
    def page_count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def state_of(user: User, at: datetime) -> AccountState:
    """Return how far an account is: nobody's name, a card not used yet, in use, locked."""
    if user.password_hash is None:
        return AccountState.UNCLAIMED
    if user.is_locked(at):
        return AccountState.LOCKED
    return AccountState.CARD if user.must_change_password else AccountState.CLAIMED


def may_manage(member: Enrolment) -> bool:
    """Tell whether a teacher has power over the account: a student's, enrolled as a student and the course's own."""
    return _is_student(member) and not member.awaits_confirmation


def _is_student(member: Enrolment) -> bool:
    return member.role is CourseRole.STUDENT and not member.user.is_staff


def row_of(member: Enrolment, at: datetime, *, is_homonym: bool = False) -> Row:
    """Return a member as a line; user and section must be loaded."""
    user = member.user
    return Row(
        enrolment_id=member.id,
        name=f"{user.family_name}, {user.given_name}".strip(", "),
        login=user.login,
        section=member.section.name if member.section else "",
        role=role_label(member.role),
        state=state_of(user, at),
        last_seen_at=user.last_seen_at,
        claimed_at=user.claimed_at,
        is_homonym=is_homonym,
        is_student=may_manage(member),
        awaits_confirmation=_is_student(member) and member.awaits_confirmation,
    )


def get_class_page(course: Course, *, section_id: int | None, page: int, at: datetime) -> ClassPage:
    """Return a page of the class list, of one section or of all. Six queries whatever the rows."""
    total = roster.count_class(db.session, course.id, section_id=section_id)
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    members = roster.get_class_page(
        db.session, course.id, section_id=section_id, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    same = homonym_ids([member.user for member in members])
    return ClassPage(
        course=course,
        rows=[row_of(member, at, is_homonym=member.user_id in same) for member in members],
        sections=Section.get_for_course(db.session, course.id),
        section_id=section_id,
        count=roster.count_students(db.session, course.id),
        total=total,
        page=page,
    )
