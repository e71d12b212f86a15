from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import Activity, ActivityVersion, Assignment, AuditEntry, Override
from etude.models.course import CourseRole
from tests import factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

DUE = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)  # 18:00 in Toronto
RULES = {"points": "20", "attempts": "3", "late_percent": "10", "late_floor_percent": "50", "is_visible": "y"}


@pytest.fixture
def assignment_id(app: Flask, people: factories.People) -> int:
    with app.app_context():
        return factories.assignment(people.course, factories.activity(title_en="Loops").id).id


def stored(app: Flask, assignment_id: int) -> Any:
    with app.app_context():
        return db.session.get(Assignment, assignment_id)


def tags(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditEntry.tag).order_by(AuditEntry.id)))


def test_a_teacher_adds_an_activity_of_the_library_and_sets_its_dates(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        activity_id = factories.activity(title_en="Loops").id

    library = as_teacher.get(f"/courses/{people.course}/assignments/new").text
    answer = factories.post(as_teacher, f"/courses/{people.course}/assignments", {"activity_id": str(activity_id)})
    assignment_id = int(answer.location.split("/")[2])
    dates = {"opens_at": "2026-12-01T08:00", "due_at": "2026-12-04T18:00", "closes_at": "2026-12-06T18:00"}
    saved = factories.post(as_teacher, answer.location, {**RULES, **dates})

    assert "Loops" in library
    assert saved.location == f"/courses/{people.course}"
    found = stored(app, assignment_id)
    assert found.due_at == DUE
    assert (found.points, found.attempts, found.late_percent, found.late_floor_percent) == (Decimal(20), 3, 10, 50)
    page = as_teacher.get(saved.location).text
    assert "due Friday 4 December 2026 at 18:00" in page
    assert "10 % off per day late" in page
    assert tags(app) == ["course:assignment:created", "course:assignment:updated"]


def test_adding_the_same_activity_twice_adds_it_once(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    form = {"activity_id": str(stored(app, assignment_id).activity_id)}

    answer = factories.post(as_teacher, f"/courses/{people.course}/assignments", form)

    assert answer.location == f"/assignments/{assignment_id}/settings"
    assert "in the course" in as_teacher.get(f"/courses/{people.course}/assignments/new").text


def contradict(activity_id: int) -> None:
    """Store that a solution of the activity does not get the verdict it should."""
    row = {"file": "a.py", "language": "python", "course_language": "en", "expected": ["AC"], "verdict": "WA"}
    with db.session.begin():
        activity = db.session.get(Activity, activity_id)
        version = db.session.get(ActivityVersion, activity.latest_version_id)
        version.check_result = {"state": "done", "checked_at": "", "rows": [{**row, "agrees": False}]}


def test_an_activity_that_its_own_solutions_contradict_comes_in_hidden(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        activity_id = factories.activity(title_en="Loops").id
        contradict(activity_id)

    answer = factories.post(as_teacher, f"/courses/{people.course}/assignments", {"activity_id": str(activity_id)})

    assert not stored(app, int(answer.location.split("/")[2])).is_visible


def test_an_activity_that_its_own_solutions_contradict_is_not_shown_to_students(
    app: Flask, as_teacher: FlaskClient, assignment_id: int
) -> None:
    with app.app_context():
        contradict(db.session.get(Assignment, assignment_id).activity_id)

    answer = factories.post(as_teacher, f"/assignments/{assignment_id}/settings", {**RULES, "attempts": "7"})

    assert answer.status_code == 422
    assert "contradict each other" in answer.text
    assert 'value="7"' in answer.text


@pytest.mark.parametrize("activity_id", ["999", "", "x", "-1", "99999999999999999999"])
def test_what_is_no_activity_cannot_be_added(
    as_teacher: FlaskClient, people: factories.People, activity_id: str
) -> None:
    answer = factories.post(as_teacher, f"/courses/{people.course}/assignments", {"activity_id": activity_id})

    assert answer.status_code == 404


def test_wrong_dates_come_back_with_what_was_typed(app: Flask, as_teacher: FlaskClient, assignment_id: int) -> None:
    form = {**RULES, "opens_at": "2026-12-05T08:00", "due_at": "2026-12-04T18:00"}

    answer = factories.post(as_teacher, f"/assignments/{assignment_id}/settings", form)

    assert answer.status_code == 422
    assert "It would be due before it opens." in answer.text
    assert 'value="2026-12-05T08:00"' in answer.text
    assert stored(app, assignment_id).due_at is None


def test_moving_changes_the_order_and_leads_back_to_the_line(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        second = factories.assignment(people.course, factories.activity(title_en="Lists").id).id

    answer = factories.post(as_teacher, f"/assignments/{second}/move", {"direction": "up"})

    assert answer.location == f"/courses/{people.course}#assignment-{second}"
    page = as_teacher.get(f"/courses/{people.course}").text
    assert page.index("Lists") < page.index("Loops")


def test_a_hidden_assignment_is_seen_by_the_staff_only(
    as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    hidden = {name: value for name, value in RULES.items() if name != "is_visible"}
    factories.post(as_teacher, f"/assignments/{assignment_id}/settings", hidden)

    assert "hidden from students" in as_teacher.get(f"/courses/{people.course}").text
    assert "Loops" not in as_teacher.get(f"/courses/{people.course}?view=student").text
    assert "Loops" not in as_student.get(f"/courses/{people.course}").text


def test_a_deleted_assignment_comes_back_from_the_bin_of_the_course(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    factories.post(as_teacher, f"/assignments/{assignment_id}/delete")
    assert "Loops" not in as_student.get(f"/courses/{people.course}").text
    assert as_teacher.get(f"/assignments/{assignment_id}/settings").status_code == 404
    assert "Loops" in as_teacher.get(f"/courses/{people.course}/bin").text

    factories.post(as_teacher, f"/courses/{people.course}/bin/assignments/{assignment_id}/restore")

    assert "Loops" in as_student.get(f"/courses/{people.course}").text
    assert tags(app) == ["course:assignment:deleted", "course:assignment:restored"]


def test_an_assignment_whose_activity_is_there_again_stays_in_the_bin(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    activity_id = stored(app, assignment_id).activity_id
    factories.post(as_teacher, f"/assignments/{assignment_id}/delete")
    factories.post(as_teacher, f"/courses/{people.course}/assignments", {"activity_id": str(activity_id)})

    answer = factories.post(
        as_teacher,
        f"/courses/{people.course}/bin/assignments/{assignment_id}/restore",
        follow_redirects=True,
    )

    assert "The activity is in the course again" in answer.text


@pytest.mark.parametrize("role", [CourseRole.ASSISTANT, CourseRole.OBSERVER, CourseRole.STUDENT])
@pytest.mark.parametrize("action", ["settings", "exceptions"])
def test_only_the_teacher_sets_dates(
    app: Flask, people: factories.People, assignment_id: int, role: CourseRole, action: str
) -> None:
    with app.app_context():
        user_id = factories.user().id
        factories.enrolment(people.course, user_id, role)
    client = factories.sign_in(app, user_id)

    assert client.get(f"/assignments/{assignment_id}/{action}").status_code == 403
    assert factories.post(client, f"/assignments/{assignment_id}/delete").status_code == 403
    assert factories.post(client, f"/assignments/{assignment_id}/move", {"direction": "up"}).status_code == 403


def test_an_exception_moves_the_dates_of_one_student_only(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        dee = factories.user("Dee", "Doe").id
        factories.enrolment(people.course, dee)
    factories.post(as_teacher, f"/assignments/{assignment_id}/settings", {**RULES, "due_at": "2026-12-04T18:00"})
    form = {
        "target": f"student-{people.ben}",
        "due_at": "2026-12-09T18:00",
        "time_factor": "1.5",
        "reason": "ill",
    }

    saved = factories.post(as_teacher, f"/assignments/{assignment_id}/exceptions", form, follow_redirects=True)

    assert "due Wednesday 9 December 2026 at 18:00" in saved.text
    assert "time × 1.5" in saved.text
    assert "9 December" in as_student.get(f"/courses/{people.course}").text
    assert "4 December" in factories.sign_in(app, dee).get(f"/courses/{people.course}").text
    assert tags(app)[-1] == "course:override:changed"


def test_the_line_of_a_students_exception_counts_the_sections_in(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        section_id = factories.section(people.course, "Morning").id
        dee = factories.user("Dee", "Doe").id
        factories.enrolment(people.course, dee, section_id=section_id)
    path = f"/assignments/{assignment_id}/exceptions"
    factories.post(as_teacher, path, {"target": f"section-{section_id}", "attempts": "7", "time_factor": ""})
    factories.post(as_teacher, path, {"target": f"student-{dee}", "due_at": "2026-12-09T18:00", "time_factor": ""})

    page = as_teacher.get(path).text

    line = page[page.index("Dee Doe") :]
    assert "due Wednesday 9 December 2026 at 18:00 · does not close · 7 attempts" in line


def test_a_second_exception_for_the_same_student_is_refused_at_its_field(
    as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    form = {"target": f"student-{people.ben}", "attempts": "5", "time_factor": ""}
    factories.post(as_teacher, f"/assignments/{assignment_id}/exceptions", form)

    answer = factories.post(as_teacher, f"/assignments/{assignment_id}/exceptions", form)

    assert answer.status_code == 422
    assert "There is an exception for this student or section already." in answer.text


def test_an_exception_is_changed_and_removed(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int
) -> None:
    with app.app_context():
        override = factories.add(Override(assignment_id=assignment_id, user_id=people.ben, attempts=5))

    shown = as_teacher.get(f"/exceptions/{override.id}").text
    form = {"target": f"student-{people.ben}", "attempts": "9", "time_factor": "2.0"}
    factories.post(as_teacher, f"/exceptions/{override.id}", form)
    with app.app_context():
        changed = db.session.get(Override, override.id)
    factories.post(as_teacher, f"/exceptions/{override.id}/delete")

    assert "Exception for Ben Student" in shown
    assert (changed.attempts, changed.time_factor) == (9, 2.0)
    assert as_teacher.get(f"/exceptions/{override.id}").status_code == 404
    assert tags(app) == ["course:override:changed"] * 2


@pytest.mark.parametrize("target", ["student-{cy}", "student-{ada}", "section-999", "nobody", ""])
def test_nobody_outside_the_course_gets_an_exception(
    app: Flask, as_teacher: FlaskClient, people: factories.People, assignment_id: int, target: str
) -> None:
    form = {"target": target.format(cy=people.cy, ada=people.ada), "attempts": "5", "time_factor": ""}

    answer = factories.post(as_teacher, f"/assignments/{assignment_id}/exceptions", form)

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Override.id))) == 0
