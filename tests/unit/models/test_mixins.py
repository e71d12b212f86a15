from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models import Course, Enrolment, User
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


def test_get_active_returns_the_living_rows_oldest_first(session: UnitOfWorkSession, time: Time) -> None:
    first, gone, last = (factories.course(code=code) for code in ("C", "B", "A"))
    with session.begin():
        session.get(Course, gone.id).delete(time(), None)

    assert [course.id for course in Course.get_active(session)] == [first.id, last.id]


def test_get_active_of_an_empty_table_is_empty(session: UnitOfWorkSession) -> None:
    assert list(Enrolment.get_active(session)) == []


def test_deletion_notes_when_and_by_whom(session: UnitOfWorkSession, time: Time) -> None:
    by, course = factories.user(), factories.course()
    with session.begin():
        session.get(Course, course.id).delete(time(), by.id)

    found = session.get(Course, course.id)
    assert (found.is_deleted, found.deleted_at, found.deleted_by_id) == (True, START, by.id)


def test_second_deletion_keeps_the_first_date(time: Time) -> None:
    course = Course()
    course.delete(time(), 1)

    course.delete(time.forward(days=3), 2)

    assert (course.deleted_at, course.deleted_by_id) == (START, 1)


def test_restored_row_has_no_date_and_nobody_who_deleted_it(time: Time) -> None:
    course = Course()
    course.delete(time(), 1)

    course.restore()

    assert (course.is_deleted, course.deleted_at, course.deleted_by_id) == (False, None, None)


def test_row_knows_when_it_was_made_and_last_changed(session: UnitOfWorkSession, time: Time) -> None:
    course = factories.course(title="Before")
    time.forward(hours=2)
    with session.begin():
        session.get(Course, course.id).title = "After"

    found = session.get(Course, course.id)
    assert found.created_at == START
    assert found.updated_at == time()


def test_bulk_update_renews_the_time_too(session: UnitOfWorkSession, time: Time) -> None:
    course = factories.course()
    time.forward(hours=2)
    with session.begin():
        session.execute(sa.update(Course).values(title="After"))

    assert session.scalar(sa.select(Course.updated_at).where(Course.id == course.id)) == time()


def test_owner_is_one_person_or_the_school(session: UnitOfWorkSession) -> None:
    ada = factories.user("Ada")

    own, schools = factories.course(owner_id=ada.id), factories.course()

    assert own.is_owned_by(ada.id)
    assert not schools.is_owned_by(ada.id)


def test_thing_of_a_purged_account_becomes_the_schools(session: UnitOfWorkSession) -> None:
    ada = factories.user("Ada")
    course = factories.course(owner_id=ada.id)
    with session.begin():
        session.execute(sa.delete(User).where(User.id == ada.id))

    session.expire_all()

    assert session.get(Course, course.id).owner_id is None
