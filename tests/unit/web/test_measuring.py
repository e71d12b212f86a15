from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.core import clock
from etude.core.incidents import Incident, incidents
from etude.core.metrics import metrics
from etude.extensions import db
from etude.models import ErrorGroup, Measurement
from etude.queue import GRADE_SUBMISSION, enqueue
from etude.web import measuring

if TYPE_CHECKING:
    from flask import Flask

    from tests.conftest import Time


@pytest.fixture(autouse=True)
def _own_counters() -> None:
    metrics.clear()
    incidents.take()


def note() -> None:
    at = clock.now()
    incidents.note(Incident(fingerprint="f", kind="k", place="p", log_id="x", first_at=at, last_at=at))


def test_counters_queue_and_errors_are_stored(app: Flask, time: Time) -> None:
    with app.app_context(), db.session.begin():
        enqueue(db.session, GRADE_SUBMISSION, 1)
    time.forward(seconds=40)
    metrics.count("etude_verdicts_total", verdict="AC")
    metrics.observe("etude_request_seconds", 0.2)
    note()

    measuring.store(app)

    with app.app_context():
        (row,) = db.session.scalars(sa.select(Measurement)).all()
        assert row.source == measuring.source()
        assert row.totals['etude_verdicts_total{verdict="AC"}'] == 1
        assert not [name for name in row.totals if "bucket" in name]
        assert row.gauges["etude_queue_oldest_seconds"] == 40
        assert [group.count for group in ErrorGroup.get_latest(db.session)] == [1]


def test_errors_are_kept_while_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    note()
    away = sa.exc.OperationalError("", {}, Exception("away"))
    with monkeypatch.context() as patch:
        patch.setattr(Measurement, "save", lambda *_args: (_ for _ in ()).throw(away))

        with pytest.raises(sa.exc.OperationalError):
            measuring.store(app)

    assert [one.fingerprint for one in incidents.take()] == ["f"]


def test_thread_stores_an_error_at_once_and_ends_when_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "GATHER_S", 0.01)
    thread = measuring.Measuring(app)
    thread.start()
    note()

    thread.stop()

    with app.app_context():
        assert ErrorGroup.get_latest(db.session)
