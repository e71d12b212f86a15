from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from etude.core.caching import memory
from etude.extensions import db
from etude.models import Activity, Assignment, Course, Enrolment, Override, Progress, Section, User
from etude.models.course import CourseRole
from etude.models.progress import ProgressState
from tests import factories
from tests.conftest import START
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

MOST_QUERIES = 12
MANY = 500


def add_assignments(course_id: int, count: int, **values: Any) -> list[int]:
    """Add many assignments of activities of their own, in one transaction; return their ids."""
    activities = [
        Activity(slug=f"many-{course_id}-{n}", kind="code", title_fr=f"Pas {n}", title_en=f"Step {n}")
        for n in range(count)
    ]
    with db.session.begin():
        db.session.add_all(activities)
        db.session.flush()
        assignments = [
            Assignment(course_id=course_id, activity_id=one.id, position=n, points=Decimal(10), **values)
            for n, one in enumerate(activities)
        ]
        db.session.add_all(assignments)
        db.session.flush()
        return [one.id for one in assignments]


def add_progress(course_id: int, user_id: int, assignment_ids: list[int]) -> None:
    with db.session.begin():
        db.session.add_all(
            Progress(assignment_id=one, user_id=user_id, course_id=course_id, state=ProgressState.STARTED)
            for one in assignment_ids
        )


def count_for(app: Flask, client: FlaskClient, path: str) -> int:
    """Return how many statements a page costs when nothing is remembered."""
    memory.clear()
    with count_queries(app) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    return queries.count


def test_the_course_page_shows_states_points_and_dates(
    app: Flask, time: Time, as_student: FlaskClient, people: factories.People
) -> None:
    day = timedelta(days=1)
    with app.app_context():
        rules = [
            {},
            {"opens_at": START + day},
            {"due_at": START - day, "closes_at": START + day},
            {"due_at": START - 2 * day, "closes_at": START - day},
            {"due_at": START + day, "attempts": 3},
        ]
        ids = [factories.assignment(people.course, factories.activity().id, **values).id for values in rules]
        done = {"state": ProgressState.COMPLETED, "best_score": Decimal("9.50")}
        factories.add(Progress(assignment_id=ids[0], user_id=people.ben, course_id=people.course, **done))
        used = {"state": ProgressState.STARTED, "best_score": Decimal(2), "attempts_used": 2}
        factories.add(Progress(assignment_id=ids[4], user_id=people.ben, course_id=people.course, **used))

    page = as_student.get(f"/courses/{people.course}").text

    assert "1 of 5 activities completed" in page
    assert "9.5/10" in page
    assert "opens Wednesday 25 November 2026 at 08:15" in page
    assert "was due Monday 23 November 2026 at 08:15; taken late until Wednesday 25 November 2026 at 08:15" in page
    assert "closed since Monday 23 November 2026 at 08:15" in page
    assert "attempts: 2 of 3" in page
    assert "(Toronto time)" not in page
    assert f'class="step completed" href="/assignments/{ids[0]}"' in page
    assert f'class="step not_started here" href="/assignments/{ids[2]}"' in page
    assert page.count('class="step ') == 5


def test_a_reader_in_another_zone_is_told_whose_time_it_is(
    app: Flask, time: Time, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        factories.assignment(people.course, factories.activity().id, due_at=START + timedelta(days=1))
        with db.session.begin():
            db.session.get(User, people.ben).zone = "America/Vancouver"

    page = as_student.get(f"/courses/{people.course}").text

    assert "due Wednesday 25 November 2026 at 08:15 (Toronto time)" in page


def test_the_course_page_speaks_french(
    app: Flask, time: Time, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        due = START + timedelta(days=1)
        factories.assignment(people.course, factories.activity().id, due_at=due, points=Decimal("7.5"))

    page = as_student.get(f"/courses/{people.course}?lang=fr").text

    assert "à remettre mercredi 25 novembre 2026 à 8\u00a0h\u00a015" in page
    assert "–/7,5" in page
    assert "Activité terminée\xa0: 0 sur 1" in page
    assert "pas commencé" in page


def test_a_section_has_its_own_dates(app: Flask, time: Time, as_student: FlaskClient, people: factories.People) -> None:
    with app.app_context():
        section = factories.section(people.course)
        assignment = factories.assignment(people.course, factories.activity().id, due_at=START + timedelta(days=1))
        factories.add(Override(assignment_id=assignment.id, section_id=section.id, due_at=START + timedelta(days=7)))
        with db.session.begin():
            Enrolment.get_for(db.session, people.course, people.ben).section_id = section.id

    assert "due Tuesday 1 December 2026" in as_student.get(f"/courses/{people.course}").text


def test_an_empty_course_says_what_comes_next(
    as_student: FlaskClient, as_teacher: FlaskClient, people: factories.People
) -> None:
    assert "There is nothing to do yet" in as_student.get(f"/courses/{people.course}").text
    assert "The course has no activity yet" in as_teacher.get(f"/courses/{people.course}").text
    assert "The library is empty" in as_teacher.get(f"/courses/{people.course}/assignments/new").text


def test_the_description_of_a_course_is_harmless_markdown(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context(), db.session.begin():
        db.session.get(Course, people.course).description = "**Bring** a <script>alert(1)</script> pencil"

    page = as_student.get(f"/courses/{people.course}").text

    assert "<strong>Bring</strong>" in page
    assert "<script>alert" not in page


def test_a_teacher_sees_the_course_as_a_student(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    with app.app_context():
        factories.assignment(people.course, factories.activity().id)

    page = as_teacher.get(f"/courses/{people.course}?view=student").text

    assert "You see the course as a student does" in page
    assert "0 of 1 activity completed" in page


def test_a_student_cannot_ask_for_the_view_of_the_staff(as_student: FlaskClient, people: factories.People) -> None:
    page = as_student.get(f"/courses/{people.course}?view=staff").text

    assert "class code" not in page


def test_fifty_assignments_are_drawn_on_several_staves_in_few_queries(
    app: Flask, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        add_progress(people.course, people.ben, add_assignments(people.course, 50))

    cold = count_for(app, as_student, f"/courses/{people.course}")
    with count_queries(app) as queries:
        page = as_student.get(f"/courses/{people.course}").text

    assert page.count('<svg class="stave"') == 4
    assert page.count('class="step ') == 50
    assert cold <= MOST_QUERIES
    assert queries.count <= 3  # the sign-in, the course with the place in it, the progress


@pytest.mark.parametrize("path", ["", "?view=student", "/assignments/new", "/bin"])
def test_the_pages_of_a_course_cost_as_much_with_500_assignments_as_with_one(
    app: Flask, as_teacher: FlaskClient, people: factories.People, path: str
) -> None:
    with app.app_context():
        add_assignments(people.course, 1)
        big = factories.course(owner_id=people.ada).id
        factories.enrolment(big, people.ada, CourseRole.TEACHER)
        add_progress(big, people.ben, add_assignments(big, MANY))

    small = count_for(app, as_teacher, f"/courses/{people.course}{path}")
    large = count_for(app, as_teacher, f"/courses/{big}{path}")

    assert small == large <= MOST_QUERIES


def test_the_list_of_courses_costs_as_much_with_500_courses_as_with_one(
    app: Flask, as_student: FlaskClient, as_admin: FlaskClient, people: factories.People
) -> None:
    few = count_for(app, as_student, "/courses"), count_for(app, as_admin, "/courses")
    with app.app_context(), db.session.begin():
        courses = [Course(code=f"C{n}", title="T", locale="en", zone="UTC") for n in range(MANY)]
        db.session.add_all(courses)
        db.session.flush()
        db.session.add_all(Enrolment(course_id=one.id, user_id=people.ben) for one in courses)

    many = count_for(app, as_student, "/courses"), count_for(app, as_admin, "/courses")

    assert many == few
    assert max(many) <= MOST_QUERIES
    page = as_student.get("/courses?page=999").text
    assert 'aria-current="page"><span class="visually-hidden">Page</span> 21' in page


@pytest.mark.parametrize("sort", ["courses", "activities"])
def test_the_bin_costs_as_much_with_500_things_as_with_one(app: Flask, as_admin: FlaskClient, sort: str) -> None:
    def fill(count: int, name: str) -> None:
        deleted = {"deleted_at": START}
        with app.app_context(), db.session.begin():
            if sort == "courses":
                rows = [Course(code=f"{name}{n}", title="T", locale="en", zone="UTC", **deleted) for n in range(count)]
            else:
                rows = [
                    Activity(slug=f"{name}{n}", kind="code", title_fr="T", title_en="T", **deleted)
                    for n in range(count)
                ]
            db.session.add_all(rows)

    fill(1, "one")
    few = count_for(app, as_admin, f"/bin/{sort}")
    fill(MANY, "many")

    assert count_for(app, as_admin, f"/bin/{sort}") == few <= MOST_QUERIES
    assert "Restore" in as_admin.get(f"/bin/{sort}?page=11").text


@pytest.mark.parametrize("sort", ["people", "sections"])
def test_the_bin_of_a_course_costs_as_much_with_500_things_as_with_one(
    app: Flask, as_teacher: FlaskClient, people: factories.People, sort: str
) -> None:
    def fill(count: int, name: str) -> None:
        with app.app_context(), db.session.begin():
            if sort == "sections":
                rows = [Section(course_id=people.course, name=f"{name}{n}", deleted_at=START) for n in range(count)]
            else:
                users = [User(login=f"{name}{n}", given_name="A", family_name="B") for n in range(count)]
                db.session.add_all(users)
                db.session.flush()
                rows = [Enrolment(course_id=people.course, user_id=one.id, deleted_at=START) for one in users]
            db.session.add_all(rows)

    fill(1, "one")
    few = count_for(app, as_teacher, f"/courses/{people.course}/bin/{sort}")
    fill(MANY, "many")

    assert count_for(app, as_teacher, f"/courses/{people.course}/bin/{sort}") == few <= MOST_QUERIES


def test_the_exceptions_cost_as_much_with_500_as_with_one(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        small = factories.assignment(people.course, factories.activity().id).id
        large = factories.assignment(people.course, factories.activity().id).id
        factories.add(Override(assignment_id=small, user_id=people.ben, attempts=1))
        with db.session.begin():
            users = [User(login=f"many{n}", given_name="A", family_name="B") for n in range(MANY)]
            db.session.add_all(users)
            db.session.flush()
            db.session.add_all(Enrolment(course_id=people.course, user_id=one.id) for one in users)
            db.session.add_all(Override(assignment_id=large, user_id=one.id, attempts=1) for one in users)

    few = count_for(app, as_teacher, f"/assignments/{small}/exceptions")

    assert count_for(app, as_teacher, f"/assignments/{large}/exceptions") == few <= MOST_QUERIES
