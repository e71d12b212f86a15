from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.models import AuditDetail, AuditEntry, School
from tests import factories
from tests.audited import unguard

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def write_three(session: UnitOfWorkSession) -> None:
    with session.begin():
        for number in range(3):
            audit.record(
                session, AuditTag.SCHOOL_UPDATED, target=School.get(session), details={"name": f"école {number}"}
            )


def test_entries_are_chained_and_the_chain_holds(session: UnitOfWorkSession) -> None:
    write_three(session)

    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [entry.previous_digest for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert AuditEntry.find_break(session) is None


def test_an_entry_without_its_act_is_never_written(session: UnitOfWorkSession) -> None:
    with pytest.raises(ValueError, match="no"), session.begin():
        audit.record(session, AuditTag.SCHOOL_UPDATED)
        raise ValueError("no")

    assert AuditEntry.get_last(session) is None


@pytest.mark.parametrize("column", ["tag", "actor_id", "target_id", "request_id"])
def test_a_changed_entry_breaks_the_chain(session: UnitOfWorkSession, column: str) -> None:
    write_three(session)
    with session.begin():
        unguard(session)
        session.execute(sa.update(AuditEntry).where(AuditEntry.id == 2).values({column: 99}))

    assert AuditEntry.find_break(session) == 2


def test_a_removed_entry_breaks_the_chain(session: UnitOfWorkSession) -> None:
    write_three(session)
    with session.begin():
        unguard(session)
        session.execute(sa.delete(AuditDetail).where(AuditDetail.entry_id == 2))
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == 2))

    assert AuditEntry.find_break(session) == 3


def test_a_changed_detail_breaks_the_chain(session: UnitOfWorkSession) -> None:
    write_three(session)
    with session.begin():
        unguard(session)
        session.execute(sa.update(AuditDetail).where(AuditDetail.entry_id == 2).values(document={"name": "forged"}))

    assert AuditEntry.find_break(session) == 2


def test_erased_details_leave_the_chain_whole(session: UnitOfWorkSession) -> None:
    write_three(session)
    with session.begin():
        session.execute(sa.delete(AuditDetail))

    assert AuditEntry.find_break(session) is None


def test_an_act_outside_a_transaction_or_in_a_savepoint_is_refused(session: UnitOfWorkSession) -> None:
    with pytest.raises(sa.exc.InvalidRequestError, match="in the transaction that does it"):
        audit.record(session, AuditTag.SCHOOL_UPDATED)

    with (
        pytest.raises(sa.exc.InvalidRequestError, match="outside savepoints"),
        session.begin(),
        session.begin_nested(),
    ):
        audit.record(session, AuditTag.SCHOOL_UPDATED)

    assert AuditEntry.get_last(session) is None


def test_acts_of_a_transaction_that_failed_are_not_written_by_the_next(session: UnitOfWorkSession) -> None:
    with pytest.raises(ValueError, match="no"), session.begin():
        audit.record(session, AuditTag.SCHOOL_UPDATED)
        raise ValueError("no")

    with session.begin():
        audit.record(session, AuditTag.LOGOUT)

    assert session.scalars(sa.select(AuditEntry.tag)).all() == ["login:session:ended"]


def test_an_act_whose_entry_cannot_be_written_is_undone(
    session: UnitOfWorkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditEntry, "get_head", lambda session: 1 / 0)

    with pytest.raises(ZeroDivisionError), session.begin():
        session.get_one(School, 1).name = "Somewhere else"
        audit.record(session, AuditTag.SCHOOL_UPDATED)

    assert session.get_one(School, 1).name == "École de test"


def test_a_savepoint_that_is_released_writes_nothing_yet(session: UnitOfWorkSession) -> None:
    with session.begin():
        audit.record(session, AuditTag.SCHOOL_UPDATED)
        with session.begin_nested():
            pass
        written = session.scalar(sa.select(sa.func.count(AuditEntry.id)))

    assert written == 0
    assert session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 1


def test_an_entry_names_who_did_it(session: UnitOfWorkSession) -> None:
    user = factories.user()
    with session.begin():
        audit.record(session, AuditTag.LOGOUT, target=user, actor_id=user.id)

    entry = AuditEntry.get_last(session)
    assert (entry.actor_id, entry.target_type, entry.target_id) == (user.id, "user", user.id)
