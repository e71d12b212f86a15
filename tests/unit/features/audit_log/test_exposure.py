from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.features.audit_log.exposure import find_exposure
from etude.models import Submission, User
from etude.models.course import CourseRole
from etude.models.submission import SubmissionState
from tests import classroom, factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


def exposure(session: UnitOfWorkSession, time: Time, user_id: int) -> object:
    return find_exposure(session, session.get_one(User, user_id), time.at - timedelta(days=1))


def hand_in(time: Time, people: factories.People) -> None:
    room = classroom.open_room(people)
    factories.add(
        Submission(
            assignment_id=room.assignment,
            user_id=people.ben,
            activity_version_id=room.version,
            attempt=1,
            once="x",
            kind="code",
            answer={},
            state=SubmissionState.JUDGED,
            max_score=Decimal(10),
            submitted_at=time.at,
        )
    )


def test_a_teachers_account_opens_the_work_of_the_own_courses_only(
    session: UnitOfWorkSession, time: Time, people: factories.People
) -> None:
    hand_in(time, people)
    factories.enrolment(factories.course(code="OTHER").id, people.cy)

    found = exposure(session, time, people.ada)

    (course,) = found.courses
    assert (course.code, course.role, course.students, course.submissions) == ("ICS3U", "teacher", 1, 1)
    assert found.accounts == 0


def test_a_students_account_opens_nobody_elses_work(
    session: UnitOfWorkSession, time: Time, people: factories.People
) -> None:
    hand_in(time, people)

    (course,) = exposure(session, time, people.ben).courses

    assert (course.students, course.submissions, course.drafts, course.marks) == (0, 0, 0, False)


def test_an_assistants_account_is_bound_to_its_section(
    session: UnitOfWorkSession, time: Time, people: factories.People
) -> None:
    hand_in(time, people)
    section = factories.section(people.course)
    factories.enrolment(people.course, people.cy, CourseRole.ASSISTANT, section_id=section.id)

    (course,) = exposure(session, time, people.cy).courses

    assert (course.section_id, course.students, course.submissions) == (section.id, 0, 0)


def test_an_admins_account_opens_everything(session: UnitOfWorkSession, time: Time, people: factories.People) -> None:
    found = exposure(session, time, people.admin)

    assert found.accounts == 4
    assert [(course.code, course.students) for course in found.courses] == [("ICS3U", 1)]


def test_what_was_opened_and_where_it_was_signed_in_is_counted_since_a_time(
    session: UnitOfWorkSession, time: Time, people: factories.People
) -> None:
    for _day in range(2):
        with session.begin():
            audit.record(session, AuditTag.SUBMISSION_VIEWED, actor_id=people.ada)
            audit.record(session, AuditTag.LOGOUT, actor_id=people.ada)
        time.forward(days=2)
    with session.begin():
        audit.record(session, AuditTag.GRADES_EXPORTED, actor_id=people.ada)

    assert exposure(session, time, people.ada).done == {"progress:grades:exported": 1}
