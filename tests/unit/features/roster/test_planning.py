from __future__ import annotations

from typing import TYPE_CHECKING

from etude.features.roster.planning import NEW, Fate, make_plan
from etude.features.roster.reading import read_names
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session


def plan(session: Session, course_id: int, text: str) -> object:
    return make_plan(session, course_id, read_names(text))


def test_two_of_one_name_are_told_apart_by_their_login(session: Session) -> None:
    course_id = factories.course().id

    found = plan(session, course_id, "Emma Tremblay\nEmma Tremblay\nNoah Roy")

    assert [n.login for n in found.names] == ["emma.tremblay", "emma.tremblay2", "noah.roy"]
    assert [n.is_homonym for n in found.names] == [True, True, False]
    assert {n.fate for n in found.names} == {Fate.CREATED}


def test_who_is_in_the_course_is_not_made_again(session: Session) -> None:
    course_id = factories.course().id
    emma = factories.user("Emma", "Tremblay", login="emma.tremblay")
    factories.enrolment(course_id, emma.id)

    found = plan(session, course_id, "TREMBLAY, Émma\nEmma Tremblay")

    assert [n.fate for n in found.names] == [Fate.PRESENT, Fate.CREATED]
    assert [n.login for n in found.names] == ["emma.tremblay", "emma.tremblay2"]


def test_a_name_the_school_knows_is_asked_about_and_is_the_same_person_by_default(session: Session) -> None:
    course_id = factories.course().id
    emma = factories.user("Emma", "Tremblay", login="emma.tremblay")

    (name,) = plan(session, course_id, "Emma Tremblay").names

    assert (name.fate, name.known, name.choice) == (Fate.KNOWN, ((emma.id, "emma.tremblay"),), str(emma.id))
    assert name.login == "emma.tremblay2"


def test_of_two_known_accounts_none_is_guessed(session: Session) -> None:
    course_id = factories.course().id
    for _ in range(2):
        factories.user("Emma", "Tremblay")

    (name,) = plan(session, course_id, "Emma Tremblay").names

    assert name.choice == NEW


def test_a_login_of_an_account_in_the_bin_is_not_given_again(session: Session) -> None:
    course_id = factories.course().id
    old = factories.user("Emma", "Tremblay", login="emma.tremblay")
    with session.begin():
        session.get(type(old), old.id).delete(factories.clock.now(), None)

    (name,) = plan(session, course_id, "Emma Tremblay").names

    assert (name.fate, name.login) == (Fate.CREATED, "emma.tremblay2")


def test_new_sections_are_named_once(session: Session) -> None:
    course_id = factories.course().id
    factories.section(course_id, "A")

    found = plan(session, course_id, "Emma;Tremblay;A\nNoah;Roy;B\nLéa;Gagnon;B")

    assert found.new_sections == ("B",)


def test_the_digest_changes_with_what_would_be_made(session: Session) -> None:
    course_id = factories.course().id
    before = plan(session, course_id, "Emma Tremblay").digest
    same = plan(session, course_id, "Emma Tremblay").digest
    factories.user("Emma", "Tremblay")

    assert before == same
    assert plan(session, course_id, "Emma Tremblay").digest != before


def test_planning_costs_the_same_queries_for_one_name_as_for_ninety(app: Flask, session: Session) -> None:
    course_id = factories.course().id
    counts = []
    for number in (1, 90):
        text = "\n".join(f"Emma Tremblay{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(number))
        with count_queries(app) as queries:
            plan(session, course_id, text)
        counts.append(queries.count)

    assert counts[0] == counts[1] <= 6
