from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from etude import audit
from etude.audit import AuditTag
from etude.core import schema
from etude.core.db import tune_sqlite
from etude.extensions import db
from etude.models import AuditDetail, AuditEntry, AuditSeal
from etude.models.audit_entry.guarding import REFUSAL

if TYPE_CHECKING:
    from pathlib import Path

    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time

TRIGGERS = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
ATTACKS = (
    "UPDATE audit_entry SET tag = 'nothing:to:see'",
    "UPDATE audit_detail SET document = '{}'",
    "UPDATE audit_seal SET digest = 'x'",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE id = 2",
    "DELETE FROM audit_seal",
)
SQLITE_ONLY = (
    (
        "INSERT OR REPLACE INTO audit_entry SELECT id, at, 'x', actor_id, course_id, target_type, target_id, fields, "
        "request_id, detail_digest, previous_digest, digest FROM audit_entry WHERE id = 1"
    ),
    "UPDATE OR REPLACE audit_entry SET id = 1 WHERE id = 2",
)
POSTGRESQL_ONLY = ("TRUNCATE audit_entry CASCADE", "TRUNCATE audit_seal")


@pytest.fixture
def log(session: UnitOfWorkSession, time: Time) -> UnitOfWorkSession:
    """Three entries of today, and a seal of another log."""
    with session.begin():
        for number in range(3):
            audit.record(session, AuditTag.SCHOOL_UPDATED, details={"turn": number})
        session.add(AuditSeal(entry_id=2, digest="d", entries=3, sealed_at=time.at))
    return session


def test_nothing_that_is_written_is_changed_replaced_or_removed(log: UnitOfWorkSession) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    for attack in (*ATTACKS, *(SQLITE_ONLY if is_sqlite else POSTGRESQL_ONLY)):
        with pytest.raises(DatabaseError, match=REFUSAL), log.begin():
            log.execute(sa.text(attack))

    assert log.scalar(sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.tag == "school:settings:updated")) == 3


def test_details_can_be_erased(log: UnitOfWorkSession) -> None:
    with log.begin():
        log.execute(sa.delete(AuditDetail))

    assert log.scalar(sa.select(sa.func.count(AuditDetail.id))) == 0


def test_migrations_make_the_same_triggers(tmp_path: Path) -> None:
    """Whatever rebuilds a guarded table must make its triggers again."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    tune_sqlite(engine)
    schema.upgrade(engine)
    other = sa.create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    AuditEntry.metadata.create_all(other)

    found = []
    for one in (engine, other):
        with one.connect() as connection:
            found.append([tuple(row) for row in connection.exec_driver_sql(TRIGGERS)])
        one.dispose()

    assert found[0] == found[1]
    assert len(found[0]) == 6
