from __future__ import annotations

from typing import TYPE_CHECKING

from etude.extensions import db
from etude.models import Console, Enrolment
from etude.models.watching import listing
from tests import classroom, factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


def test_living_consoles_of_students_are_listed_by_family_name_and_found_in_their_section(
    time: Time, session: Session, people: factories.People
) -> None:
    room = classroom.open_room(people)
    section = factories.section(people.course).id
    zoe = factories.user("Zoé", "Abel").id
    factories.enrolment(people.course, zoe, section_id=section)

    def run(user_id: int, **values: object) -> int:
        number = len(session.query(Console).all())
        session.rollback()
        row = Console(assignment_id=room.assignment, user_id=user_id, key=f"k{number}", opened_at=time.at, **values)
        return int(factories.add(row).id)

    bens = run(people.ben, language="python")
    zoes = run(zoe, language="c")
    over = run(people.ben, language="python", ended_at=time.at, ending="ended")
    tried = run(people.ada, language="python")

    listed = listing.get_living(session, people.course, section_id=None)

    assert [(one.id, one.name, one.language) for one in listed] == [
        (zoes, "Zoé Abel", "c"),
        (bens, "Ben Student", "python"),
    ]
    assert [one.id for one in listing.get_living(session, people.course, section_id=section)] == [zoes]
    assert listing.find_living(session, people.course, bens, section_id=None) == listed[1]
    assert listing.find_living(session, people.course, bens, section_id=section) is None
    assert listing.find_living(session, people.course, over, section_id=None) is None
    assert listing.find_living(session, people.course, tried, section_id=None) is None


def test_who_left_the_course_is_not_looked_at_any_more(time: Time, session: Session, people: factories.People) -> None:
    room = classroom.open_room(people)
    row = Console(assignment_id=room.assignment, user_id=people.ben, key="k", language="python", opened_at=time.at)
    factories.add(row)
    with db.session.begin():
        Enrolment.get_for(db.session, people.course, people.ben).delete(time.at, people.ada)

    assert not listing.get_living(session, people.course, section_id=None)
