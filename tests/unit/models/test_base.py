"""What is in the bin is seen by no ordinary query, however it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload, selectinload

from etude.core import clock
from etude.models import Activity, Assignment, Course, Enrolment, Section, User
from etude.models.base import keep
from etude.models.mixins import SoftDeleteMixin
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.core.db import UnitOfWorkSession


def put_in_bin(session: UnitOfWorkSession, row: SoftDeleteMixin) -> None:
    with session.begin():
        session.get(type(row), row.id).delete(clock.now(), None)


def test_deleted_row_is_left_out_of_a_select(session: UnitOfWorkSession) -> None:
    gone, here = factories.course(code="OLD"), factories.course(code="NEW")
    put_in_bin(session, gone)

    assert session.scalars(sa.select(Course.id)).all() == [here.id]
    assert session.scalar(sa.select(sa.func.count()).select_from(Course)) == 1


def test_deleted_row_is_seen_by_who_asks_for_it(session: UnitOfWorkSession) -> None:
    gone = factories.course(code="OLD")
    put_in_bin(session, gone)

    found = session.scalars(sa.select(Course).execution_options(include_deleted=True)).all()

    assert [course.id for course in found] == [gone.id]


def test_deleted_row_is_left_out_of_an_alias_and_a_subquery(session: UnitOfWorkSession) -> None:
    gone = factories.course(code="OLD")
    put_in_bin(session, gone)
    other = aliased(Course)

    assert session.scalars(sa.select(other.id)).all() == []
    assert session.scalar(sa.select(sa.exists(sa.select(Course.id).where(Course.code == "OLD")))) is False


def test_deleted_row_takes_its_joins_with_it(session: UnitOfWorkSession) -> None:
    course, user = factories.course(), factories.user()
    factories.enrolment(course.id, user.id)
    put_in_bin(session, user)

    assert session.scalars(sa.select(Enrolment.id).join(Enrolment.user)).all() == []
    assert len(session.scalars(sa.select(Enrolment.id)).all()) == 1


def test_outer_join_shows_nothing_of_a_deleted_row(session: UnitOfWorkSession) -> None:
    course = factories.course()
    section = factories.section(course.id)
    factories.enrolment(course.id, factories.user().id, section_id=section.id)
    put_in_bin(session, section)

    rows = session.execute(sa.select(Enrolment.section_id, Section.name).outerjoin(Enrolment.section)).all()

    assert [tuple(row) for row in rows] == [(section.id, None)]


@pytest.mark.parametrize("load", [joinedload, selectinload])
def test_relationship_to_a_deleted_row_is_empty(session: UnitOfWorkSession, load: Callable[..., object]) -> None:
    course = factories.course()
    section = factories.section(course.id)
    factories.enrolment(course.id, factories.user().id, section_id=section.id)
    put_in_bin(session, section)

    found = session.scalars(sa.select(Enrolment).options(load(Enrolment.section))).one()

    assert found.section is None


def test_kept_query_leaves_a_deleted_row_out_each_time_it_is_asked(session: UnitOfWorkSession) -> None:
    query = keep(sa.select(Course.id).where(Course.code == sa.bindparam("code")))
    gone = factories.course(code="OLD")
    before = session.scalar(query, {"code": "OLD"})
    put_in_bin(session, gone)

    assert before == gone.id
    assert session.scalar(query, {"code": "OLD"}) is None


def test_row_found_by_its_id_tells_that_it_is_deleted(session: UnitOfWorkSession) -> None:
    gone = factories.course()
    put_in_bin(session, gone)

    assert session.get(Course, gone.id).is_deleted


def test_restored_row_is_back_everywhere(session: UnitOfWorkSession) -> None:
    gone = factories.course(code="OLD")
    put_in_bin(session, gone)
    with session.begin():
        session.get(Course, gone.id).restore()

    assert Course.get_by_code(session, "OLD").id == gone.id


@pytest.mark.parametrize(
    "make",
    [
        lambda _first, _second: factories.user(login="emma"),
        lambda _first, _second: factories.user(email="emma@school.example"),
        lambda _first, _second: factories.course(code="ICS3U"),
        lambda _first, _second: factories.activity(slug="double"),
        lambda first, _second: factories.section(first, "A"),
        factories.assignment,
        lambda first, _second: factories.enrolment(first, 1),
    ],
    ids=["login", "e-mail", "course code", "slug", "section name", "assignment", "enrolment"],
)
def test_name_in_the_bin_is_free_again_and_a_living_one_is_not(
    session: UnitOfWorkSession, make: Callable[[int, int], SoftDeleteMixin]
) -> None:
    factories.user(login="number.one")
    places = factories.course(code="PLACE").id, factories.activity().id
    put_in_bin(session, make(*places))

    make(*places)

    with pytest.raises(IntegrityError):
        make(*places)


def test_every_table_with_a_bin_has_an_index_for_it() -> None:
    models = [Activity, Assignment, Course, Enrolment, Section, User]

    assert set(SoftDeleteMixin.__subclasses__()) == set(models)
    for model in models:
        assert any("deleted_at" in index.columns for index in model.__table__.indexes), model
