"""A course with many of everything: what pages are counted and measured on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.content import to_document
from etude.core import clock
from etude.extensions import db
from etude.models import (
    Activity,
    ActivityVersion,
    Assignment,
    Console,
    Course,
    Enrolment,
    Override,
    Progress,
    RosterImport,
    Section,
    Submission,
    User,
    UserSession,
)
from etude.models.progress.progress import ProgressState
from etude.models.submission import SubmissionState
from tests import classroom, factories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.content import ActivityContent
    from etude.models.mixins import SoftDeleteMixin


@dataclass(frozen=True)
class Crowd:
    """Ids of one thing of each sort."""

    activity_id: int
    assignment_id: int
    submission_id: int
    override_id: int
    enrolment_id: int
    user_id: int
    version_id: int
    console_id: int


PICTURE = b"\x89PNG\r\n\x1a\n"
"""Enough for a file to be known as a picture; every activity of the crowd has one."""


def _content() -> ActivityContent:
    return classroom.content(files={"way.png": PICTURE})


def gather(people: factories.People, rows: int) -> Crowd:
    """Fill Ada's course with `rows` of everything; inside an application context."""
    room = classroom.open_room(people, made_of=_content())
    override, enrolment = _fill(people, room, range(rows))
    own = classroom.submit(room, people.ben)
    console = factories.add(_console(room.assignment, people.ben))
    classroom.judge(own)
    return Crowd(
        room.activity, room.assignment, own, override.id, enrolment.id, enrolment.user_id, room.version, console.id
    )


def enlarge(people: factories.People, crowd: Crowd, numbers: range) -> None:
    """Add more of everything, under these numbers."""
    _fill(people, classroom.Room(crowd.activity_id, crowd.version_id, crowd.assignment_id), numbers)


def _fill(people: factories.People, room: classroom.Room, numbers: range) -> tuple[Override, Enrolment]:
    """Add one of everything for each number; return the first exception and the first enrolment."""
    users = _save([_user(number) for number in numbers])
    sections = _save([Section(course_id=people.course, name=f"S{number:03}") for number in numbers])
    enrolments = _save(
        [
            Enrolment(course_id=people.course, user_id=user.id, section_id=section.id, confirmed_at=clock.now())
            for user, section in zip(users, sections, strict=True)
        ]
    )
    overrides = _save([Override(assignment_id=room.assignment, user_id=user.id, attempts=3) for user in users])
    _add_activities(people, numbers)
    _add_work(people, room, users, numbers)
    _add_traces(people, numbers)
    _fill_bin(people, numbers)
    return overrides[0], enrolments[0]


def _save(rows: Sequence[object]) -> list:
    with db.session.begin():
        db.session.add_all(rows)
    return list(rows)


def _user(number: int) -> User:
    return User(given_name="X", family_name=f"Student {number:04}", login=f"student{number:04}", password_hash="x")


def _add_activities(people: factories.People, numbers: range) -> None:
    activities = _save(
        [
            Activity(slug=f"more-{number}", kind="code", title_fr=f"Plus {number}", title_en=f"More {number}",
                     owner_id=people.ada)
            for number in numbers
        ]
    )  # fmt: skip
    _save([_version(activity.id, number=1) for activity in activities])
    _save(
        [
            Assignment(course_id=people.course, activity_id=activity.id, position=number + 2, points=Decimal(10))
            for number, activity in zip(numbers, activities, strict=True)
        ]
    )


def _console(assignment_id: int, user_id: int) -> Console:
    key = f"crowd-{assignment_id}-{user_id}"
    return Console(assignment_id=assignment_id, user_id=user_id, key=key, language="python", opened_at=clock.now())


def _version(activity_id: int, number: int) -> ActivityVersion:
    return ActivityVersion(
        activity_id=activity_id,
        number=number,
        digest=f"{activity_id}-{number}",
        points=Decimal(10),
        document=to_document(_content()),
        made_at=clock.now(),
    )


def _add_work(people: factories.People, room: classroom.Room, users: Sequence[User], numbers: range) -> None:
    """Give each student a hand-in that waits for a review, and Ben one attempt after the other."""
    authors = [(user.id, 1) for user in users] + [(people.ben, number + 2) for number in numbers]
    _save(
        [
            Submission(
                assignment_id=room.assignment, user_id=user_id, activity_version_id=room.version, attempt=attempt,
                once=f"crowd-{user_id}-{attempt}", kind="code", language="python", status="WA",
                answer={"files": {"main.py": ""}}, state=SubmissionState.TO_REVIEW,
                submitted_at=clock.now() - timedelta(minutes=attempt), score=Decimal(1), raw_score=Decimal(1),
                max_score=Decimal(10),
            )
            for user_id, attempt in authors
        ]
    )  # fmt: skip
    _save(
        [
            Progress(assignment_id=room.assignment, course_id=people.course, user_id=user.id,
                     state=ProgressState.STARTED, best_score=Decimal(1), attempts_used=1)
            for user in users
        ]
    )  # fmt: skip
    _save([_console(room.assignment, user.id) for user in users])
    _save([_version(room.activity, number=number + 2) for number in numbers])


def _add_traces(people: factories.People, numbers: range) -> None:
    at = clock.now()
    _save(
        [
            UserSession(user_id=people.ada, secret_hash=f"crowd-{number}", epoch=0, started_at=at, last_seen_at=at)
            for number in numbers
        ]
    )
    _save([RosterImport(course_id=people.course, made_by_id=people.ada, made_at=at) for _ in numbers])
    with db.session.begin():
        for number in numbers:
            audit.record(db.session, AuditTag.COURSE_UPDATED, actor_id=people.ada, course_id=people.course,
                         target=db.session.get(Course, people.course), details={"turn": number})  # fmt: skip
            audit.record(db.session, AuditTag.LOGIN_SUCCEEDED, actor_id=people.ben, details={"turn": number})


def _fill_bin(people: factories.People, numbers: range) -> None:
    others = _save(
        [Course(code=f"OLD{number}", title="Old", locale="en", zone="UTC", owner_id=people.ada) for number in numbers]
    )
    activities = _save(
        [
            Activity(slug=f"old-{number}", kind="code", title_fr="Vieux", title_en="Old", owner_id=people.ada)
            for number in numbers
        ]
    )
    accounts = _save([_user(number + 5000) for number in numbers])
    sections = _save([Section(course_id=people.course, name=f"Old {number}") for number in numbers])
    gone = _save([_user(number + 8000) for number in numbers])
    enrolments = _save([Enrolment(course_id=people.course, user_id=user.id) for user in gone])
    assignments = _save(
        [
            Assignment(course_id=people.course, activity_id=activity.id, position=2000 + number, points=Decimal(1))
            for number, activity in zip(numbers, activities, strict=True)
        ]
    )
    with db.session.begin():
        for row in (*others, *accounts, *sections, *enrolments, *assignments):
            _delete(row, people)
    # Activities whose places are in the bin stay, else the bin's list of assignments would be empty.
    with db.session.begin():
        for activity in activities[: len(activities) // 2]:
            _delete(activity, people)


def _delete(row: SoftDeleteMixin, people: factories.People) -> None:
    db.session.get(type(row), row.id).delete(clock.now(), people.ada)
