from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.models import Enrolment, Progress
from etude.models.progress import CellValues, ProgressState
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def progress(people: factories.People, assignment_id: int, user_id: int, **values: object) -> Progress:
    row = Progress(assignment_id=assignment_id, user_id=user_id, course_id=people.course, **values)
    return factories.add(row)


def test_cells_totals_and_counts_are_those_of_living_students(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    first, second = (factories.assignment(people.course, factories.activity().id) for _ in range(2))
    gone = factories.user()
    factories.enrolment(people.course, gone.id)
    progress(people, first.id, people.ben, state=ProgressState.COMPLETED, best_score=Decimal("7.50"), attempts_used=2)
    progress(people, second.id, people.ben, state=ProgressState.STARTED, best_score=Decimal("0.25"))
    progress(people, first.id, gone.id, state=ProgressState.COMPLETED, best_score=Decimal(9))
    progress(people, first.id, people.ada, state=ProgressState.COMPLETED, best_score=Decimal(9))
    with session.begin():
        Enrolment.get_for(session, people.course, gone.id).delete(START, None)

    cells = Progress.get_cells(session, people.course, [people.ben])
    totals = Progress.get_totals(session, people.course, [first.id, second.id])
    counts = Progress.count_states(session, people.course)

    assert cells[people.ben, first.id] == CellValues(ProgressState.COMPLETED, Decimal("7.50"), 2, 0)
    assert totals == {people.ben: Decimal("7.75")}
    assert counts == {(first.id, ProgressState.COMPLETED): 1, (second.id, ProgressState.STARTED): 1}


def test_figures_of_a_section_leave_the_others_out(session: UnitOfWorkSession, people: factories.People) -> None:
    assignment = factories.assignment(people.course, factories.activity().id)
    section = factories.section(people.course)
    dee = factories.user()
    factories.enrolment(people.course, dee.id, section_id=section.id)
    for user_id in (dee.id, people.ben):
        progress(people, assignment.id, user_id, state=ProgressState.STARTED, best_score=Decimal(3))

    totals = Progress.get_totals(session, people.course, [assignment.id], section_id=section.id)
    counts = Progress.count_states(session, people.course, section_id=section.id)

    assert totals == {dee.id: Decimal(3)}
    assert counts == {(assignment.id, ProgressState.STARTED): 1}


def test_states_and_summaries_are_plain_values_by_assignment(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    assignment = factories.assignment(people.course, factories.activity().id)
    progress(people, assignment.id, people.ben, state=ProgressState.STARTED, best_score=Decimal(3), attempts_used=1)

    states = Progress.get_states(session, people.ben, [people.course])
    summaries = Progress.get_summaries(session, people.ben, people.course)

    assert states == {people.course: {assignment.id: ProgressState.STARTED}}
    assert summaries == {assignment.id: (ProgressState.STARTED, Decimal(3), 1)}
