"""Who enrols somebody else's student gains no power over the account: only the student, or an admin, gives it.

Ada taught Ben first. Dan is another teacher of the school, with a course of his own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import AuditEntry, Course, Enrolment, User
from etude.models.course import CourseRole
from etude.models.user import SchoolRole
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap
from tests.integration.test_roster_import import confirm, dry_run

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

CODE = "KLMNPQ"


@dataclass(frozen=True)
class Other:
    """Dan, his browser and his course."""

    id: int
    browser: FlaskClient
    course: int


@pytest.fixture
def dan(app: Flask, people: factories.People, time: Time) -> Other:
    with app.app_context():
        dan_id = factories.user("Dan", "Other", login="dan", school_role=SchoolRole.TEACHER).id
        open_until = time.at + timedelta(minutes=20)
        course_id = factories.course(code="TEJ2O", class_code=CODE, claims_open_until=open_until).id
        factories.enrolment(course_id, dan_id, CourseRole.TEACHER)
    return Other(dan_id, factories.sign_in(app, dan_id), course_id)


def add(who: Other, login: str) -> object:
    return factories.post(
        who.browser, f"/courses/{who.course}/people/add", {"login": login, "role": "student", "section": "0"}
    )


def paste(who: Other, name: str, user_id: int | None = None) -> object:
    page = dry_run(who.browser, who, name).text
    return confirm(who.browser, who, page, **({"choice_1": str(user_id)} if user_id else {}))


def place_of(app: Flask, course_id: int, user_id: int) -> int:
    with app.app_context():
        return Enrolment.get_for(db.session, course_id, user_id).id


def is_confirmed(app: Flask, course_id: int, user_id: int) -> bool:
    with app.app_context():
        return Enrolment.get_for(db.session, course_id, user_id).confirmed_at is not None


def password_of(app: Flask, user_id: int) -> str | None:
    with app.app_context():
        return db.session.get(User, user_id).password_hash


def reset(browser: FlaskClient, app: Flask, place_id: int, user_id: int) -> object:
    with app.app_context():
        epoch = db.session.get(User, user_id).session_epoch
    return factories.post(browser, f"/enrolments/{place_id}/password", {"epoch": str(epoch)})


@pytest.mark.parametrize("act", ["password", "undo-claim", "unlock", "sign-out"])
@pytest.mark.parametrize("way", ["by user name", "by pasting the name"])
def test_a_teacher_who_enrols_the_student_of_another_has_no_power_over_the_account(
    way: str, act: str, app: Flask, people: factories.People, dan: Other
) -> None:
    before = password_of(app, people.ben)
    add(dan, "ben") if way == "by user name" else paste(dan, "Ben Student", people.ben)
    place_id = place_of(app, dan.course, people.ben)

    answer = factories.post(dan.browser, f"/enrolments/{place_id}/{act}", {"epoch": "0"})

    assert answer.status_code == 422
    assert "was not made for this course" in answer.text
    assert password_of(app, people.ben) == before
    with app.app_context():
        assert db.session.get(User, people.ben).session_epoch == 0


def test_no_card_is_made_for_the_student_of_another(app: Flask, people: factories.People, dan: Other) -> None:
    add(dan, "ben")
    before = password_of(app, people.ben)
    place_id = place_of(app, dan.course, people.ben)

    page = dan.browser.get(f"/courses/{dan.course}/cards").text
    answer = factories.post(dan.browser, f"/courses/{dan.course}/cards", {"students": f"{place_id}:0"})

    assert "ben" not in re.findall(r"– (\w+)", page)
    assert answer.status_code == 422
    assert password_of(app, people.ben) == before


def test_a_name_of_another_class_cannot_be_claimed_by_this_ones_code(
    app: Flask, people: factories.People, dan: Other, client: FlaskClient
) -> None:
    with app.app_context():
        emma_id = factories.user("Emma", "Tremblay", login="emma", password_hash=None).id
        factories.enrolment(people.course, emma_id)
    add(dan, "emma")
    place_id = place_of(app, dan.course, emma_id)

    names = client.get(f"/join/{CODE}").text
    factories.post(
        client, f"/join/{CODE}/name?place={place_id}", {"password": "three geese run", "repeated": "three geese run"}
    )

    assert "Tremblay" not in names
    assert password_of(app, emma_id) is None


def test_the_student_is_asked_on_the_pages_of_the_course_and_confirms(
    app: Flask, people: factories.People, dan: Other, as_student: FlaskClient
) -> None:
    add(dan, "ben")
    place_id = place_of(app, dan.course, people.ben)
    page = as_student.get(f"/courses/{dan.course}").text
    own = as_student.get(f"/courses/{people.course}").text

    answer = factories.post(as_student, f"/enrolments/{place_id}/confirm")

    assert "Is this one of your classes?" in page
    assert "Is this one of your classes?" not in own
    assert answer.location == f"/courses/{dan.course}"
    assert "Is this one of your classes?" not in as_student.get(answer.location).text
    with app.app_context():
        told = AuditEntry.get_last(db.session)
        assert (told.tag, told.actor_id) == ("course:enrolment:changed", people.ben)
    assert reset(dan.browser, app, place_id, people.ben).status_code == 200


@pytest.mark.parametrize("who", ["the teacher", "a classmate", "the first teacher"])
def test_nobody_confirms_for_the_student(
    who: str, app: Flask, people: factories.People, dan: Other, as_teacher: FlaskClient
) -> None:
    add(dan, "ben")
    place_id = place_of(app, dan.course, people.ben)
    with app.app_context():
        factories.enrolment(dan.course, people.cy)
    browser = {
        "the teacher": dan.browser,
        "a classmate": factories.sign_in(app, people.cy),
        "the first teacher": as_teacher,
    }[who]

    answer = factories.post(browser, f"/enrolments/{place_id}/confirm")

    assert answer.status_code == 404
    assert not is_confirmed(app, dan.course, people.ben)


def test_the_admin_confirms_for_a_student_who_has_forgotten_the_password(
    app: Flask, people: factories.People, dan: Other, as_admin: FlaskClient
) -> None:
    add(dan, "ben")
    place_id = place_of(app, dan.course, people.ben)
    for_teacher = dan.browser.get(f"/enrolments/{place_id}").text
    for_admin = as_admin.get(f"/enrolments/{place_id}").text

    factories.post(as_admin, f"/enrolments/{place_id}/confirm")

    assert "Confirm for the student" in for_admin
    assert "Confirm for the student" not in for_teacher
    assert "Not confirmed yet" in for_teacher
    assert is_confirmed(app, dan.course, people.ben)


def test_a_teacher_of_two_courses_needs_no_confirmation_for_an_own_student(
    app: Flask, people: factories.People, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        second = factories.course().id
        factories.enrolment(second, people.ada, CourseRole.TEACHER)

    add(Other(people.ada, as_teacher, second), "ben")

    assert is_confirmed(app, second, people.ben)


def test_power_is_not_handed_on_by_an_unconfirmed_place(app: Flask, people: factories.People, dan: Other) -> None:
    add(dan, "ben")
    with app.app_context():
        second = factories.course().id
        factories.enrolment(second, dan.id, CourseRole.TEACHER)

    add(Other(dan.id, dan.browser, second), "ben")

    assert not is_confirmed(app, second, people.ben)


def test_taking_out_putting_back_and_changing_the_role_confirm_nothing(
    app: Flask, people: factories.People, dan: Other
) -> None:
    add(dan, "ben")
    place_id = place_of(app, dan.course, people.ben)

    factories.post(dan.browser, f"/enrolments/{place_id}", {"role": "assistant", "section": "0"})
    factories.post(dan.browser, f"/enrolments/{place_id}", {"role": "student", "section": "0"})
    factories.post(dan.browser, f"/enrolments/{place_id}/remove")
    factories.post(dan.browser, f"/courses/{dan.course}/people/removed/{place_id}/restore")

    assert not is_confirmed(app, dan.course, people.ben)
    assert reset(dan.browser, app, place_id, people.ben).status_code == 422


def test_who_was_made_for_the_course_is_an_own_student_at_once(
    app: Flask, people: factories.People, as_teacher: FlaskClient
) -> None:
    factories.post(
        as_teacher, f"/courses/{people.course}/people/new", {"given_name": "Zoé", "family_name": "Roy", "section": "0"}
    )
    paste(Other(people.ada, as_teacher, people.course), "Noé Petit")

    with app.app_context():
        logins = ("zoe.roy", "noe.petit")
        ids = [User.get_by_login(db.session, login).id for login in logins]
    assert [is_confirmed(app, people.course, user_id) for user_id in ids] == [True, True]


def test_the_page_of_a_colleague_asks_nothing(app: Flask, people: factories.People, dan: Other) -> None:
    with app.app_context(), db.session.begin():
        db.session.add(Enrolment(course_id=dan.course, user_id=people.ada, role=CourseRole.TEACHER))
        db.session.get(Course, dan.course).title = "Technology"
    browser = factories.sign_in(app, people.ada)

    assert "Is this one of your classes?" not in browser.get(f"/courses/{dan.course}").text


def test_an_import_tells_the_audit_log_of_each_account_that_was_there_before(
    app: Flask, people: factories.People, dan: Other
) -> None:
    paste(dan, "Ben Student", people.ben)

    with app.app_context():
        told = AuditEntry.get_page(db.session, tag="course:enrolment:created")
        assert [(one.actor_id, one.detail.document["name"]) for one in told] == [(dan.id, "Ben Student")]
