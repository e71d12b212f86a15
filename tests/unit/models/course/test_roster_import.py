from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models import Course, Enrolment, RosterImport
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


def add(course_id: int, time: Time, **values: object) -> RosterImport:
    return factories.add(RosterImport(course_id=course_id, made_at=time.forward(minutes=1), **values))


def test_latest_imports_of_a_course_are_newest_first_and_not_more_than_twenty(
    session: UnitOfWorkSession, time: Time
) -> None:
    here, elsewhere = factories.course(), factories.course()
    made = [add(here.id, time).id for _ in range(22)]
    add(elsewhere.id, time)

    found = RosterImport.get_recent(session, here.id)

    assert [one.id for one in found] == made[:1:-1]


def test_import_remembers_what_it_made_anew(session: UnitOfWorkSession, time: Time) -> None:
    one = add(factories.course().id, time, made={"users": [3, 4], "sections": [1]}, account_count=2)
    session.expire_all()

    found = session.get(RosterImport, one.id)

    assert (found.made, found.account_count, found.undone_at) == ({"users": [3, 4], "sections": [1]}, 2, None)


def test_import_goes_with_its_course_and_an_enrolment_outlives_its_import(
    session: UnitOfWorkSession, time: Time
) -> None:
    course = factories.course()
    one = add(course.id, time)
    enrolment = factories.enrolment(course.id, factories.user().id, import_id=one.id)
    with session.begin():
        session.execute(sa.delete(RosterImport).where(RosterImport.id == one.id))
    session.expire_all()

    assert session.get(Enrolment, enrolment.id).import_id is None
    other_id = add(course.id, time).id
    with session.begin():
        session.execute(sa.delete(Course).where(Course.id == course.id))
    session.expire_all()
    assert session.get(RosterImport, other_id) is None
