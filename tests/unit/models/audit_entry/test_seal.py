from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import AuditSeal

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


def test_log_is_read_from_the_newest_seal(session: UnitOfWorkSession, time: Time) -> None:
    with session.begin():
        session.add(AuditSeal(entry_id=900, digest="b", entries=500, sealed_at=time.at))
        session.add(AuditSeal(entry_id=400, digest="a", entries=400, sealed_at=time.at))

    assert AuditSeal.get_newest(session).entry_id == 900


def test_new_log_has_no_seal(session: UnitOfWorkSession) -> None:
    assert AuditSeal.get_newest(session) is None
