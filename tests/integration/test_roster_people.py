from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import AuditEntry, Enrolment, User, UserSession
from etude.models.course import CourseRole
from etude.models.user import SchoolRole
from tests import factories
from tests.audited import audited
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time


def enrolment_id(app: Flask, people: factories.People, user_id: int) -> int:
    with app.app_context():
        return Enrolment.get_for(db.session, people.course, user_id).id


@pytest.fixture
def ben(app: Flask, people: factories.People) -> int:
    """Ben's enrolment."""
    return enrolment_id(app, people, people.ben)


def epoch(app: Flask, user_id: int) -> str:
    with app.app_context():
        return str(db.session.get(User, user_id).session_epoch)


def last_tag(app: Flask) -> str:
    with app.app_context():
        return AuditEntry.get_last(db.session).tag


def words_in(page: str) -> list[str]:
    return re.findall(r'class="(?:three-words|words)" translate="no">([^<]+)<', page)


def test_the_class_list_shows_names_sections_and_states(
    time: Time, app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    from datetime import timedelta

    with app.app_context():
        section = factories.section(people.course, "B").id
        una = factories.user("Una", "Claimed", login="una", password_hash=None)
        lou = factories.user("Lou", "Locked", login="lou", locked_until=time.at + timedelta(minutes=5))
        for user in (una, lou):
            factories.enrolment(people.course, user.id, section_id=section)

    page = as_teacher.get(f"/courses/{people.course}/people").text
    of_section = as_teacher.get(f"/courses/{people.course}/people?section={section}").text

    for text in ("Claimed, Una", "not claimed", "Locked, Lou", "locked", "Student, Ben", "in use", "teacher"):
        assert text in page
    assert "Claimed, Una" in of_section
    assert "Student, Ben" not in of_section


def test_the_class_list_costs_the_same_queries_for_few_and_for_500(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    path = f"/courses/{people.course}/people"
    as_teacher.get(path)
    with count_queries(app) as few:
        as_teacher.get(path)
    with app.app_context(), db.session.begin():
        users = [
            User(login=f"s{n}", given_name="Sam", family_name=f"Student{n:03}", password_hash=None) for n in range(500)
        ]
        db.session.add_all(users)
        db.session.flush()
        db.session.add_all([Enrolment(course_id=people.course, user_id=user.id) for user in users])
    with count_queries(app) as many:
        page = as_teacher.get(path).text

    assert few.count == many.count <= 9
    assert page.count('<th scope="row">') == 100
    assert "page=2" in page


def test_three_words_open_the_account_once_and_are_shown_once(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    before = epoch(app, people.ben)
    answer = factories.post(as_teacher, f"/enrolments/{ben}/password", {"epoch": before})
    (words,) = words_in(answer.text)

    again = factories.post(as_teacher, f"/enrolments/{ben}/password", {"epoch": before})
    signed_in = factories.post(app.test_client(), "/auth/sign-in", {"login": "ben", "password": words})

    assert len(words.split("-")) == 3
    assert last_tag(app) == "login:password:succeeded"
    assert again.status_code == 409, "a reload makes no second password"
    assert signed_in.status_code == 302
    assert "no-store" in answer.headers["Cache-Control"]
    assert "account:password:reset" in audited(app)


@pytest.mark.parametrize("act", ["password", "undo-claim", "unlock", "sign-out"])
def test_a_teacher_has_no_power_over_the_account_of_other_staff(
    act: str, app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        mine = factories.enrolment(people.course, people.admin, CourseRole.STUDENT).id

    answer = factories.post(as_teacher, f"/enrolments/{mine}/{act}", {"epoch": epoch(app, people.admin)})

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get(User, people.admin).password_hash is not None


@pytest.mark.parametrize("act", ["password", "undo-claim", "unlock", "sign-out", "remove"])
def test_a_teacher_of_another_course_does_not_find_the_student(
    act: str, app: Flask, people: factories.People, ben: int
) -> None:
    with app.app_context():
        eve = factories.user("Eve", "Elsewhere", school_role=SchoolRole.TEACHER).id
        factories.enrolment(factories.course().id, eve, CourseRole.TEACHER)
    client = factories.sign_in(app, eve)

    answer = factories.post(client, f"/enrolments/{ben}/{act}", {"epoch": epoch(app, people.ben)})

    assert answer.status_code == 404


def test_a_teacher_unlocks_a_student(
    time: Time, app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    for _ in range(5):
        factories.post(app.test_client(), "/auth/sign-in", {"login": "ben", "password": "not the password"})
    factories.post(as_teacher, f"/enrolments/{ben}/unlock")

    answer = factories.post(app.test_client(), "/auth/sign-in", {"login": "ben", "password": factories.PASSWORD})

    assert answer.status_code == 302


def test_a_teacher_signs_a_student_out_everywhere(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People, ben: int
) -> None:
    factories.post(as_teacher, f"/enrolments/{ben}/sign-out")

    assert as_student.get("/courses").status_code == 302
    assert last_tag(app) == "login:session:revoked"
    with app.app_context():
        assert db.session.query(UserSession).filter_by(user_id=people.ben).one().ended_at is not None


def test_cards_are_made_for_those_chosen_and_not_twice(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    path = f"/courses/{people.course}/cards"
    key = f"{ben}:{epoch(app, people.ben)}"

    answer = factories.post(as_teacher, path, {"students": [key]})
    again = factories.post(as_teacher, path, {"students": [key]})
    (words,) = words_in(answer.text)

    assert "Ben Student" in answer.text
    assert again.status_code == 422, "a reload makes no second card"
    assert factories.post(app.test_client(), "/auth/sign-in", {"login": "ben", "password": words}).status_code == 302


def test_the_form_for_cards_proposes_those_without_a_password(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    with app.app_context():
        una = factories.enrolment(people.course, factories.user("Una", "Claimed", password_hash=None).id).id

    page = as_teacher.get(f"/courses/{people.course}/cards").text

    checked = re.findall(r'<input checked[^>]*value="(\d+):', page)
    assert checked == [str(una)]
    assert f'value="{ben}:' in page


def test_one_student_is_added_with_an_account_of_its_own(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    factories.post(
        as_teacher,
        f"/courses/{people.course}/people/new",
        {"given_name": " Zoé ", "family_name": "Lévesque", "section": "0"},
    )

    with app.app_context():
        zoe = User.get_by_login(db.session, "zoe.levesque")
        assert zoe.name == "Zoé Lévesque"
        assert Enrolment.get_for(db.session, people.course, zoe.id).role is CourseRole.STUDENT


@pytest.mark.parametrize(
    ("login", "role", "sentence"),
    [
        ("nobody", "student", "No account has this user name."),
        ("cy", "teacher", "can assist or observe, not teach"),
        ("ben", "student", "is in the course already"),
    ],
)
def test_who_cannot_be_added_is_told_why(
    login: str, role: str, sentence: str, as_teacher: FlaskClient, people: factories.People
) -> None:
    answer = factories.post(
        as_teacher, f"/courses/{people.course}/people/add", {"login": login, "role": role, "section": "0"}
    )

    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_assistant_is_added_and_has_no_class_list(
    app: Flask, as_teacher: FlaskClient, as_outsider: FlaskClient, people: factories.People
) -> None:
    factories.post(
        as_teacher, f"/courses/{people.course}/people/add", {"login": "CY", "role": "assistant", "section": "0"}
    )

    assert as_outsider.get(f"/courses/{people.course}").status_code == 200
    assert as_outsider.get(f"/courses/{people.course}/people").status_code == 403


def test_section_and_role_are_changed_and_audited(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    with app.app_context():
        section = factories.section(people.course, "B").id

    factories.post(as_teacher, f"/enrolments/{ben}", {"role": "observer", "section": str(section)})

    with app.app_context():
        row = db.session.get(Enrolment, ben)
        assert (row.role, row.section_id) == (CourseRole.OBSERVER, section)
    assert last_tag(app) == "course:enrolment:changed"


def test_a_section_of_another_course_is_refused(
    app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int
) -> None:
    with app.app_context():
        foreign = factories.section(factories.course().id, "X").id

    assert (
        factories.post(as_teacher, f"/enrolments/{ben}", {"role": "student", "section": str(foreign)}).status_code
        == 422
    )


@pytest.mark.parametrize("act", ["demote", "remove"])
def test_a_course_keeps_its_last_teacher(
    act: str, app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    ada = enrolment_id(app, people, people.ada)
    if act == "demote":
        answer = factories.post(as_teacher, f"/enrolments/{ada}", {"role": "observer", "section": "0"})
    else:
        answer = factories.post(as_teacher, f"/enrolments/{ada}/remove")

    assert answer.status_code == 422
    assert "at least one teacher" in answer.text


def test_all_who_were_taken_out_are_reached_page_by_page(
    app: Flask, as_teacher: FlaskClient, people: factories.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etude.features.roster.roster_routes.PAGE_SIZE", 2)
    with app.app_context():
        places = [factories.enrolment(people.course, factories.user("Old", f"Gone{n}").id).id for n in range(3)]
    for place in places:
        factories.post(as_teacher, f"/enrolments/{place}/remove")
    address = f"/courses/{people.course}/people/removed"

    first, second = (as_teacher.get(f"{address}?page={number}").text for number in (1, 2))

    assert first.count('<th scope="row">Gone') == 2
    assert f"{address}?page=2" in first
    assert second.count('<th scope="row">Gone') == 1
    assert f"{address}?page=3" not in second


def test_who_is_taken_out_comes_back_with_what_was_there(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People, ben: int
) -> None:
    factories.post(as_teacher, f"/enrolments/{ben}/remove")
    gone = as_student.get(f"/courses/{people.course}").status_code
    listed = as_teacher.get(f"/courses/{people.course}/people/removed").text
    factories.post(as_teacher, f"/courses/{people.course}/people/removed/{ben}/restore")

    assert gone == 404
    assert "Student, Ben" in listed
    assert as_student.get(f"/courses/{people.course}").status_code == 200
    assert "course:enrolment:deleted" in audited(app)


def test_nobody_is_put_back_twice(app: Flask, as_teacher: FlaskClient, people: factories.People, ben: int) -> None:
    factories.post(as_teacher, f"/enrolments/{ben}/remove")
    with app.app_context():
        factories.enrolment(people.course, people.ben)

    assert factories.post(as_teacher, f"/courses/{people.course}/people/removed/{ben}/restore").status_code == 409


def test_who_was_taken_out_of_another_course_is_not_put_back_from_here(
    time: Time, app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        elsewhere = factories.enrolment(factories.course().id, people.cy).id
        with db.session.begin():
            db.session.get(Enrolment, elsewhere).delete(time.at, None)

    answer = factories.post(as_teacher, f"/courses/{people.course}/people/removed/{elsewhere}/restore")

    assert answer.status_code == 404
