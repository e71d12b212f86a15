from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.core.caching import memory
from etude.extensions import db
from etude.models import Activity, Assignment, AuditEntry, Enrolment, Progress, User
from etude.models.course import CourseRole
from etude.models.progress import ProgressState
from tests import factories
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

MOST_QUERIES = 15
PER_PAGE = 60


def progress(people: factories.People, assignment_id: int, user_id: int, **values: Any) -> None:
    row = {"state": ProgressState.STARTED, "best_score": Decimal("7.50"), "attempts_used": 2, **values}
    factories.add(Progress(assignment_id=assignment_id, user_id=user_id, course_id=people.course, **row))


def member(app: Flask, people: factories.People, role: CourseRole, section_id: int | None = None) -> FlaskClient:
    with app.app_context():
        user_id = factories.user().id
        factories.enrolment(people.course, user_id, role, section_id=section_id)
    return factories.sign_in(app, user_id)


@pytest.fixture
def assignment_id(app: Flask, people: factories.People) -> int:
    with app.app_context():
        return factories.assignment(people.course, factories.activity(title_en="Loops").id).id


def test_the_table_leads_from_a_cell_to_the_students_work(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        progress(people, assignment_id, people.ben)

    page = as_teacher.get(f"/courses/{people.course}/progress").text

    assert f'<td id="cell-{people.ben}-{assignment_id}">' in page
    assert f'class="cell near" href="/assignments/{assignment_id}/students/{people.ben}"' in page
    assert "Ben Student, Loops, nearly there, 7.5/10, 2 attempts" in page
    assert "0 of 1" in page
    assert f'hx-sse:connect="/events/courses/{people.course}?after=0"' in page


def test_an_observer_sees_progress_and_no_work(app: Flask, people: factories.People, assignment_id: int) -> None:
    with app.app_context():
        progress(people, assignment_id, people.ben)
    observer = member(app, people, CourseRole.OBSERVER)

    table = observer.get(f"/courses/{people.course}/progress").text
    student = observer.get(f"/courses/{people.course}/students/{people.ben}").text

    assert "7.5" in table
    for page in (table, student):
        assert f"/assignments/{assignment_id}/students/" not in page
        assert "Mark as completed" not in page


@pytest.mark.parametrize("role", [CourseRole.ASSISTANT, CourseRole.OBSERVER])
def test_whoever_is_bound_to_a_section_sees_that_one_only(
    app: Flask, people: factories.People, assignment_id: int, role: CourseRole
) -> None:
    with app.app_context():
        section_id = factories.section(people.course, "Morning").id
        dee = factories.user("Dee", "Doe").id
        factories.enrolment(people.course, dee, section_id=section_id)
    bound = member(app, people, role, section_id)
    root = f"/courses/{people.course}"

    for path in ("progress", "progress?section=", "progress/print", "progress.csv", "progress.csv?section=999"):
        text = bound.get(f"{root}/{path}").text
        assert "Doe" in text
        assert "Ben" not in text
    assert bound.get(f"{root}/students/{dee}").status_code == 200
    assert bound.get(f"{root}/students/{people.ben}").status_code == 404


def test_a_section_is_chosen_without_javascript(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        section_id = factories.section(people.course, "Morning").id
        factories.enrolment(people.course, factories.user("Dee", "Doe").id, section_id=section_id)

    page = as_teacher.get(f"/courses/{people.course}/progress?section={section_id}").text

    assert f'<option value="{section_id}" selected>Morning</option>' in page
    assert "Dee Doe" in page
    assert "Ben Student" not in page


def test_a_class_without_students_or_activities_says_what_to_do(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    assert "The course has no activity yet" in as_teacher.get(f"/courses/{people.course}/progress").text

    with app.app_context(), db.session.begin():
        Enrolment.get_for(db.session, people.course, people.ben).role = CourseRole.OBSERVER

    assert "There is no student here yet" in as_teacher.get(f"/courses/{people.course}/progress").text


def test_the_csv_opens_in_a_french_spreadsheet_and_is_audited(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        activity = factories.activity(title_en='=HYPERLINK("http://x")')
        assignment = factories.assignment(people.course, activity.id)
        progress(people, assignment.id, people.ben)

    answer = as_teacher.get(f"/courses/{people.course}/progress.csv?lang=fr")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ICS3U-')
    assert rows[0][:4] == ["Nom de famille", "Prénom", "Nom d’utilisateur", "Groupe"]
    assert rows[0][4] == '\'=HYPERLINK("http://x")'
    assert rows[1] == ["Student", "Ben", "ben", "", "7,5", "7,5", "10"]
    with app.app_context():
        assert db.session.scalars(sa.select(AuditEntry.tag)).all() == ["progress:grades:exported"]


def test_the_printed_table_has_all_students_in_pieces_as_wide_as_a_sheet(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        for _ in range(13):
            factories.assignment(people.course, factories.activity().id)

    page = as_teacher.get(f"/courses/{people.course}/progress/print").text

    assert page.count('<table class="matrix">') == 2
    assert page.count("Ben Student</th>") == 2


def test_a_teacher_marks_work_as_completed_and_takes_it_back(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    path = f"/assignments/{assignment_id}/completions"

    marked = factories.post(
        as_teacher, path, {"user_id": str(people.ben), "is_completed": "yes"}, follow_redirects=True
    )
    with app.app_context():
        state = Progress.get_for(db.session, assignment_id, people.ben).state
    factories.post(as_teacher, path, {"user_id": str(people.ben), "is_completed": "no"})

    assert "marked by hand" in marked.text
    assert state is ProgressState.COMPLETED
    with app.app_context():
        assert Progress.get_for(db.session, assignment_id, people.ben).state is ProgressState.NOT_STARTED
        assert db.session.scalars(sa.select(AuditEntry.tag)).all() == ["progress:completion:marked"] * 2


@pytest.mark.parametrize("whose", ["cy", "ada"])
def test_only_students_of_the_course_are_marked(
    as_teacher: FlaskClient, people: factories.People, assignment_id: int, whose: str
) -> None:
    form = {"user_id": str(getattr(people, whose)), "is_completed": "yes"}

    assert factories.post(as_teacher, f"/assignments/{assignment_id}/completions", form).status_code == 404


@pytest.mark.parametrize(
    "form", [{}, {"user_id": "x", "is_completed": "yes"}, {"user_id": "3", "is_completed": "perhaps"}]
)
def test_a_mark_that_names_nobody_is_not_found(
    as_teacher: FlaskClient, assignment_id: int, form: dict[str, str]
) -> None:
    assert factories.post(as_teacher, f"/assignments/{assignment_id}/completions", form).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(CourseRole.OBSERVER, 403), (CourseRole.STUDENT, 403)])
def test_neither_observers_nor_students_mark_work(
    app: Flask, people: factories.People, assignment_id: int, role: CourseRole, status: int
) -> None:
    form = {"user_id": str(people.ben), "is_completed": "yes"}

    answer = factories.post(member(app, people, role), f"/assignments/{assignment_id}/completions", form)

    assert answer.status_code == status


def test_an_assistant_marks_no_student_of_another_section(
    app: Flask, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        section_id = factories.section(people.course).id
    form = {"user_id": str(people.ben), "is_completed": "yes"}

    answer = factories.post(
        member(app, people, CourseRole.ASSISTANT, section_id), f"/assignments/{assignment_id}/completions", form
    )

    assert answer.status_code == 404


def fill_course(course_id: int, students: int, assignments: int) -> None:
    """Add many students with progress on every assignment, in one transaction."""
    with db.session.begin():
        users = [User(login=f"m{n}", given_name="Many", family_name=f"M{n:04}") for n in range(students)]
        activities = [
            Activity(slug=f"m{n}", kind="code", title_fr=f"Pas {n}", title_en=f"Step {n}") for n in range(assignments)
        ]
        db.session.add_all([*users, *activities])
        db.session.flush()
        placed = [
            Assignment(course_id=course_id, activity_id=one.id, position=n, points=Decimal(10))
            for n, one in enumerate(activities)
        ]
        db.session.add_all([*placed, *(Enrolment(course_id=course_id, user_id=one.id) for one in users)])
        db.session.flush()
        db.session.add_all(
            Progress(
                assignment_id=one.id, user_id=user.id, course_id=course_id, state=ProgressState.STARTED,
                best_score=Decimal(3),
            )
            for one in placed[:2]
            for user in users
        )  # fmt: skip


@pytest.mark.parametrize("path", ["progress", "progress/print", "progress.csv"])
def test_the_table_costs_as_much_with_500_students_as_with_one(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int, path: str
) -> None:
    def count() -> int:
        memory.clear()
        with count_queries(app) as queries:
            assert as_teacher.get(f"/courses/{people.course}/{path}").status_code == 200
        return queries.count

    count()  # the first entry of the audit log has none before it to look for
    few = count()
    with app.app_context():
        fill_course(people.course, 500, 4)

    assert count() == few <= MOST_QUERIES


def test_students_and_activities_come_in_pages(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    with app.app_context():
        fill_course(people.course, 70, 65)

    first = as_teacher.get(f"/courses/{people.course}/progress").text
    last = as_teacher.get(f"/courses/{people.course}/progress?page=9&columns=9").text

    assert first.count('<th scope="row"><a') == PER_PAGE
    assert first.count('<td id="cell-') == PER_PAGE * 60
    assert last.count('<th scope="row"><a') == 11
    assert last.count('<td id="cell-') == 11 * 5
    assert "How many students have which share of all points" in first
