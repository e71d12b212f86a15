"""Every route as every role: what the matrix of rights says happens, in one's own course and with things of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scripts.permissions import PAGE, write_page

from etude.core import clock
from etude.extensions import limiter
from etude.models import Console, ConsoleDemo, Enrolment, Override, Review, Run
from etude.models.course import CourseRole
from etude.models.user import SchoolRole
from etude.permissions import COURSE_OF, COURSE_RIGHTS, SCHOOL_RIGHTS, requires
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

    from etude.permissions import Permission

REST = {
    "which": "theirs",
    "kind": "code",
    "purpose": "reset",
    "sort": "courses",
    "filename": "x",
    "sha256": "0" * 64,
    "class_code": "X",
}
"""Arguments of addresses that name nothing of a course."""


def _things(people: factories.People) -> dict[str, int]:
    """Make one of everything that an address of a course can name; return their ids."""
    at = clock.now()
    room = classroom.open_room(people)
    submission_id = classroom.submit(room, people.ben)
    member = factories.user()
    about = {"assignment_id": room.assignment, "user_id": people.ben}
    return {
        "course_id": people.course,
        "assignment_id": room.assignment,
        "activity_id": room.activity,
        "version_id": room.version,
        "submission_id": submission_id,
        "user_id": people.ben,
        "section_id": factories.section(people.course).id,
        "enrolment_id": factories.add(Enrolment(course_id=people.course, user_id=member.id, confirmed_at=at)).id,
        "override_id": factories.add(Override(**about, attempts=3)).id,
        "review_id": factories.add(Review(submission_id=submission_id)).id,
        "run_id": factories.add(Run(**about, language="python", files={}, stdin="", asked_at=at)).id,
        "demo_id": factories.add(
            ConsoleDemo(
                course_id=people.course,
                assignment_id=room.assignment,
                by_id=people.ada,
                key=f"d{room.assignment}",
                began_at=at,
            )
        ).id,
        "console_id": factories.add(Console(**about, key=f"k{room.assignment}", language="python", opened_at=at)).id,
    }


def _another_course() -> factories.People:
    """Return a course of somebody else, as if its teacher and student were Ada and Ben."""
    teacher, student = factories.user(school_role=SchoolRole.TEACHER), factories.user()
    course = factories.course(owner_id=teacher.id)
    for user, role in ((teacher, CourseRole.TEACHER), (student, CourseRole.STUDENT)):
        factories.enrolment(course.id, user.id, role, confirmed_at=clock.now())
    return factories.People(admin=0, ada=teacher.id, ben=student.id, cy=0, course=course.id)


@pytest.fixture
def school(app: Flask, people: factories.People, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application without limits and forms' tokens, which have tests of their own: the guards alone decide."""
    monkeypatch.setattr(limiter, "enabled", False)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _asked(app: Flask) -> list[tuple[str, Rule]]:
    """Return every guarded route with each of its methods."""
    return [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], "permission")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _is_of_a_course(rule: Rule) -> bool:
    return bool(set(COURSE_OF) & rule.arguments)


def _address(app: Flask, rule: Rule, things: dict[str, int]) -> str:
    values = {name: things.get(name, REST.get(name, 1)) for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def _answers(
    client: FlaskClient, app: Flask, things: dict[str, int], *, of_courses: bool
) -> list[tuple[str, str, int]]:
    return [
        (method, rule.endpoint, client.open(_address(app, rule, things), method=method).status_code)
        for method, rule in _asked(app)
        if not of_courses or _is_of_a_course(rule)
    ]


def _stand_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, Permission]:
    """Keep every route's guard, and put a view that does nothing behind it; return the permissions."""
    found = {}
    for endpoint, view in app.view_functions.items():
        if hasattr(view, "permission"):
            found[endpoint] = view.permission
            monkeypatch.setitem(app.view_functions, endpoint, requires(view.permission)(lambda **_values: "through"))
    return found


MEMBERS = [
    (CourseRole.STUDENT, SchoolRole.STUDENT),
    (CourseRole.OBSERVER, SchoolRole.STUDENT),
    (CourseRole.ASSISTANT, SchoolRole.STUDENT),
    (CourseRole.TEACHER, SchoolRole.TEACHER),
]


def _member(app: Flask, course_id: int, role: CourseRole, account: SchoolRole) -> FlaskClient:
    with app.app_context():
        user_id = factories.user(school_role=account).id
        factories.enrolment(course_id, user_id, role, confirmed_at=clock.now())
    return factories.sign_in(app, user_id)


def test_the_matrix_of_the_documentation_is_the_codes() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == write_page(page), "run: python scripts/permissions.py"
    assert page.count("| ✓ |") > 15


@pytest.mark.long
@pytest.mark.parametrize(("role", "account"), MEMBERS)
def test_each_role_is_let_through_where_its_rights_say_and_nowhere_else(
    role: CourseRole, account: SchoolRole, school: Flask, people: factories.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with school.app_context():
        things = _things(people)
    permissions = _stand_in(school, monkeypatch)
    client = _member(school, people.course, role, account)

    answers = _answers(client, school, things, of_courses=False)

    of_school, of_course = SCHOOL_RIGHTS[account], SCHOOL_RIGHTS[account] | COURSE_RIGHTS[role]
    courses = {rule.endpoint for _method, rule in _asked(school) if _is_of_a_course(rule)}
    wrong = [
        (method, endpoint, status)
        for method, endpoint, status in answers
        if (status == 200) != (permissions[endpoint] in (of_course if endpoint in courses else of_school))
        or status not in (200, 403, 404)
    ]
    assert not wrong
    assert len(answers) > 120


@pytest.mark.long
@pytest.mark.parametrize(("role", "account"), MEMBERS)
def test_things_of_another_course_do_not_exist_for_any_role(
    role: CourseRole, account: SchoolRole, school: Flask, people: factories.People
) -> None:
    with school.app_context():
        things = _things(_another_course())
    client = _member(school, people.course, role, account)

    answers = _answers(client, school, things, of_courses=True)

    assert {status for _method, _endpoint, status in answers} == {404}
    assert len(answers) > 60


@pytest.mark.long
def test_admin_is_let_through_everywhere_and_who_is_signed_out_nowhere(
    school: Flask, people: factories.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with school.app_context():
        things = _things(people)
    _stand_in(school, monkeypatch)

    as_admin = _answers(factories.sign_in(school, people.admin), school, things, of_courses=False)
    as_nobody = _answers(school.test_client(), school, things, of_courses=False)

    assert {status for _method, _endpoint, status in as_admin} == {200}
    assert {status for _method, _endpoint, status in as_nobody} <= {302, 401}


@pytest.mark.long
def test_account_of_no_course_finds_nothing_of_one(
    school: Flask, people: factories.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with school.app_context():
        things = _things(people)
        teacher = factories.user(school_role=SchoolRole.TEACHER).id
    _stand_in(school, monkeypatch)

    for user_id in (people.cy, teacher):
        answers = _answers(factories.sign_in(school, user_id), school, things, of_courses=True)

        assert {status for _method, _endpoint, status in answers} == {404}
