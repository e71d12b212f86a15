from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import Activity, Assignment
from etude.models.activity import operations
from etude.models.activity.listing import get_listed
from tests import factories
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask

    from etude.core.db import UnitOfWorkSession


def add(people: factories.People, **values: object) -> Assignment:
    return factories.assignment(people.course, factories.activity().id, **values)


def test_the_list_is_read_once_and_then_remembered(
    app: Flask, session: UnitOfWorkSession, people: factories.People
) -> None:
    add(people)
    get_listed(session, people.course)

    with count_queries(app) as queries:
        listed = get_listed(session, people.course)

    assert len(listed) == 1
    assert queries.count == 0


def test_a_new_assignment_is_in_the_list_after_its_commit(session: UnitOfWorkSession, people: factories.People) -> None:
    assert get_listed(session, people.course) == ()

    one = add(people)

    assert [listed.id for listed in get_listed(session, people.course)] == [one.id]


def test_a_change_that_is_rolled_back_is_never_remembered(session: UnitOfWorkSession, people: factories.People) -> None:
    one = add(people, points=10)
    get_listed(session, people.course)

    with session.begin() as transaction:
        session.get(Assignment, one.id).points = 99
        session.flush()
        assert get_listed(session, people.course)[0].points == 99
        transaction.rollback()

    assert get_listed(session, people.course)[0].points == 10


def test_a_new_title_of_an_activity_is_in_the_list(session: UnitOfWorkSession, people: factories.People) -> None:
    one = add(people)
    get_listed(session, people.course)

    with session.begin():
        session.get(Activity, one.activity_id).title_en = "Renamed"

    assert get_listed(session, people.course)[0].title("en") == "Renamed"


def test_what_is_deleted_or_hidden_is_left_out_where_it_should_be(
    session: UnitOfWorkSession, people: factories.People, time: object
) -> None:
    seen, hidden, deleted = add(people), add(people, is_visible=False), add(people)
    of_deleted_activity = add(people)
    with session.begin():
        session.get(Assignment, deleted.id).delete(time.at, people.ada)
        session.get(Activity, of_deleted_activity.activity_id).delete(time.at, people.ada)

    assert [one.id for one in get_listed(session, people.course)] == [seen.id, hidden.id]
    assert [one.id for one in get_listed(session, people.course, visible_only=True)] == [seen.id]


def test_moving_swaps_neighbours_and_stops_at_the_ends(session: UnitOfWorkSession, people: factories.People) -> None:
    first, second, third = add(people), add(people), add(people)

    with session.begin():
        assert operations.move(session, session.get(Assignment, third.id), up=True)
        assert not operations.move(session, session.get(Assignment, first.id), up=True)
    with session.begin():
        assert not operations.move(session, session.get(Assignment, second.id), up=False)

    listed = get_listed(session, people.course)
    assert [one.id for one in listed] == [first.id, third.id, second.id]
    assert [one.position for one in listed] == [1, 2, 3]


def test_the_title_falls_back_to_the_other_language(session: UnitOfWorkSession, people: factories.People) -> None:
    activity = factories.activity(title_fr="", title_en="Loops")
    factories.assignment(people.course, activity.id)

    assert get_listed(session, people.course)[0].title("fr") == "Loops"
