from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from etude import audit
from etude.audit import AuditTag
from etude.models import AuditEntry, AuditSeal
from etude.models.audit_entry import retiring
from etude.models.audit_entry.proving import UNSEALED
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

OLD = START - timedelta(days=800)


def write(session: UnitOfWorkSession, time: Time, *days_ago: int) -> None:
    for days in days_ago:
        time.at = START - timedelta(days=days)
        with session.begin():
            audit.record(session, AuditTag.LOGOUT, details={"name": "x"})
    time.at = START


def seal_up_to(session: UnitOfWorkSession, entry_id: int) -> AuditSeal:
    with session.begin():
        seal = retiring.seal(session, session.get_one(AuditEntry, entry_id), START)
        audit.record(session, AuditTag.AUDIT_RETIRED, target=seal, details={"digest": seal.digest})
    return seal


def test_everything_up_to_the_last_entry_is_old(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900, 850, 10, 870, 1)

    assert retiring.find_last_before(session, OLD).id == 2
    assert retiring.find_last_before(session, START - timedelta(days=1000)) is None
    assert retiring.find_last_before(session, START + timedelta(days=1)).id == 5


def test_sealed_beginning_goes_and_the_rest_is_proved_from_the_seal(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900, 850, 10)
    head = AuditEntry.get_head(session)
    seal = seal_up_to(session, 2)

    with session.begin():
        removed = retiring.remove_sealed(session)

    assert (removed, seal.entries) == (2, 2)
    assert session.scalars(sa.select(AuditEntry.id).order_by(AuditEntry.id)).all() == [3, 4]
    assert AuditEntry.prove(session).broken_at is None
    assert AuditEntry.has_head(session, head)


def test_log_that_is_sealed_to_its_end_goes_on_from_the_seal(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900)
    with session.begin():
        seal = retiring.seal(session, session.get_one(AuditEntry, 1), START)
    with session.begin():
        retiring.remove_sealed(session)

    assert AuditEntry.get_head(session) == seal.digest


def test_young_entries_cannot_be_removed_even_when_they_are_sealed(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900, 10)
    seal_up_to(session, 2)

    with pytest.raises(DatabaseError, match="only added to"), session.begin():
        retiring.remove_sealed(session)


def test_old_entries_cannot_be_removed_without_a_seal(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900, 850)

    with pytest.raises(DatabaseError, match="only added to"), session.begin():
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == 1))


def test_seal_that_the_log_does_not_tell_of_is_found(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900, 850, 10)
    with session.begin():
        retiring.seal(session, session.get_one(AuditEntry, 2), START)

    assert AuditEntry.prove(session).why == UNSEALED


def test_nothing_is_removed_before_there_is_a_seal(session: UnitOfWorkSession, time: Time) -> None:
    write(session, time, 900)

    with session.begin():
        assert retiring.remove_sealed(session) == 0
