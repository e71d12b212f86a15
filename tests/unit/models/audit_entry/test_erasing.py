from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.models import AuditDetail, AuditEntry, Enrolment, User
from etude.models.audit_entry.erasing import erase_people

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests import factories


def documents(session: UnitOfWorkSession) -> list[dict[str, object]]:
    return list(session.scalars(sa.select(AuditDetail.document).order_by(AuditDetail.entry_id)))


def test_what_the_log_says_of_a_person_goes_and_the_chain_holds(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    with session.begin():
        ben, cy = session.get(User, people.ben), session.get(User, people.cy)
        place = Enrolment.get_for(session, people.course, people.ben)
        audit.record(session, AuditTag.ACCOUNT_CREATED, target=ben, details={"name": "Ben Student"})
        audit.record(session, AuditTag.ENROLMENT_CREATED, target=place, details={"name": "Ben Student"})
        audit.record(session, AuditTag.ACCOUNT_CREATED, target=cy, details={"name": "Cy Outsider"})

    with session.begin():
        erase_people(session, [people.ben])

    assert documents(session) == [{"name": "Cy Outsider"}]
    assert session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 3
    assert AuditEntry.find_break(session) is None


def test_what_a_person_did_to_others_stays(session: UnitOfWorkSession, people: factories.People) -> None:
    with session.begin():
        ben = session.get(User, people.ben)
        audit.record(session, AuditTag.ACCOUNT_UNLOCKED, target=ben, actor_id=people.ada, details={"name": "Ben"})

    with session.begin():
        erase_people(session, [people.ada])

    assert documents(session) == [{"name": "Ben"}]
