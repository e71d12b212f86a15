from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.models import Course, Enrolment, Progress
from etude.models.course import CourseRole
from etude.models.progress import CellValues, ProgressState
from etude.permissions import COURSE_RIGHTS, Scope
from etude.web.class_table import cell_state, find_cells
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

TEN = Decimal(10)


def values(state: ProgressState, best: str | None = None, attempts: int = 1) -> CellValues:
    return CellValues(state, Decimal(best) if best else None, attempts, 0)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, "not_started"),
        (values(ProgressState.STARTED), "started"),
        (values(ProgressState.STARTED, "7.49"), "started"),
        (values(ProgressState.STARTED, "7.50"), "near"),
        (values(ProgressState.STARTED, "4.99", 5), "stuck"),
        (values(ProgressState.STARTED, None, 5), "stuck"),
        (values(ProgressState.STARTED, "4.99", 4), "started"),
        (values(ProgressState.STARTED, "5.00", 9), "started"),
        (values(ProgressState.COMPLETED, "1.00", 9), "completed"),
        (values(ProgressState.TO_REVIEW, None, 9), "to_review"),
    ],
)
def test_a_cell_says_who_is_near_and_who_is_stuck(cell: CellValues | None, expected: str) -> None:
    assert cell_state(cell, TEN) == expected


@pytest.mark.parametrize(("state", "expected"), [("started", "fault"), ("completed", "completed")])
def test_a_cell_says_that_the_newest_answer_could_not_be_judged_until_the_work_is_done(
    state: str, expected: str
) -> None:
    assert cell_state(CellValues(ProgressState(state), None, 0, 0, has_fault=True), TEN) == expected


def test_work_without_points_is_neither_near_nor_stuck() -> None:
    assert cell_state(values(ProgressState.STARTED, None, 9), Decimal(0)) == "started"


def scope_of(people: factories.People, role: CourseRole, section_id: int | None = None) -> Scope:
    course = db.session.get(Course, people.course)
    return Scope(course, Enrolment(role=role, section_id=section_id, course_id=course.id), COURSE_RIGHTS[role])


def test_a_reader_gets_the_cells_of_the_own_section_only(app: Flask, people: factories.People) -> None:
    with app.test_request_context():
        assignment = factories.assignment(people.course, factories.activity().id)
        mine = factories.section(people.course, "A")
        dee = factories.user("Dee", "Doe")
        factories.enrolment(people.course, dee.id, section_id=mine.id)
        pairs = {(dee.id, assignment.id), (people.ben, assignment.id), (people.ada, assignment.id), (dee.id, 999)}

        of_teacher = find_cells(db.session, scope_of(people, CourseRole.TEACHER), pairs)
        of_assistant = find_cells(db.session, scope_of(people, CourseRole.ASSISTANT, mine.id), pairs)
        of_student = find_cells(db.session, scope_of(people, CourseRole.STUDENT), pairs)

    assert {cell.id for cell in of_teacher} == {f"cell-{dee.id}-{assignment.id}", f"cell-{people.ben}-{assignment.id}"}
    assert [cell.id for cell in of_assistant] == [f"cell-{dee.id}-{assignment.id}"]
    assert of_student == []


def test_an_observers_cell_leads_to_no_work(app: Flask, people: factories.People) -> None:
    with app.test_request_context():
        assignment = factories.assignment(people.course, factories.activity().id)
        factories.add(
            Progress(
                assignment_id=assignment.id,
                user_id=people.ben,
                course_id=people.course,
                state=ProgressState.STARTED,
                best_score=Decimal("2.5"),
                attempts_used=2,
            )
        )
        pairs = {(people.ben, assignment.id)}

        (seen,) = find_cells(db.session, scope_of(people, CourseRole.OBSERVER), pairs)
        (linked,) = find_cells(db.session, scope_of(people, CourseRole.TEACHER), pairs)

    assert seen.url == ""
    assert linked.url == f"/assignments/{assignment.id}/students/{people.ben}"
    assert seen.label.startswith("Ben Student, Activity")
    assert seen.label.endswith("started, 2.5/10, 2 attempts")
