from __future__ import annotations

from typing import TYPE_CHECKING

from etude.core import clock
from etude.models import Assignment
from etude.models.progress.operations import note_started
from etude.models.progress.unbegun import get_unbegun
from tests import factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_only_what_students_see_and_nobody_began_is_found(session: Session, people: factories.People) -> None:
    activity_id = factories.activity().id
    new, begun, hidden = (
        factories.assignment(factories.course().id, activity_id, is_visible=is_visible).id
        for is_visible in (True, True, False)
    )
    with session.begin():
        note_started(session, session.get(Assignment, begun), people.ben, clock.now())

    found = {one.id for one in get_unbegun(session, activity_id)}

    assert found == {new}
    assert hidden not in found
