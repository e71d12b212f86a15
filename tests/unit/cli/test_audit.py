from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.extensions import db
from etude.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from etude.config import Config
    from tests.unit.cli.conftest import Done


@pytest.fixture
def entries(app: Flask) -> None:
    with app.app_context(), db.session.begin():
        for number in range(3):
            audit.record(db.session, AuditTag.SCHOOL_UPDATED, details={"name": str(number)})


@pytest.mark.usefixtures("entries")
def test_whole_log_is_told_so(run: Callable[..., Done], config: Config) -> None:
    done = run("audit", "verify", "--data", config.data)

    assert (done.code, done.out) == (0, "The audit log is whole.\n")


@pytest.mark.usefixtures("entries")
def test_changed_entry_is_named(run: Callable[..., Done], config: Config, app: Flask) -> None:
    with app.app_context(), db.session.begin():
        db.session.execute(sa.update(AuditEntry).where(AuditEntry.id == 2).values(tag="nothing:to:see"))

    done = run("audit", "verify", "--data", config.data)

    assert (done.code, done.out) == (1, "")
    assert done.err == "The chain of the audit log breaks at entry 2.\n"
