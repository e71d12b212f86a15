from __future__ import annotations

import json
import shutil
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import dramatiq
import pytest
import sqlalchemy as sa

from etude.app import create_app
from etude.core import clock, logging
from etude.core.incidents import Incident
from etude.core.metrics import metrics
from etude.extensions import db
from etude.features.health import metrics_routes, readiness
from etude.models import ErrorGroup, Measurement, WorkerState
from etude.queue import GRADE_SUBMISSION, TaskMessage, enqueue
from etude.web import measuring
from etude.worker.log_ids import LogIds
from tests import factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics.clear()
    monkeypatch.setattr(readiness, "KEPT_S", 0.0)
    monkeypatch.setattr(readiness.schema, "is_up_to_date", lambda _engine: True)  # tests make their tables at once


def proved(config: Config) -> None:
    config.backups.mkdir()
    note = config.backups / f"etude-{clock.now():%Y%m%dT%H%M%SZ}.json"
    note.write_text(json.dumps({"faults": [], "size_bytes": 1}))


def judging() -> None:
    factories.add(WorkerState(name="lab-3:17", seen_at=clock.now(), tier="full", languages={}))


def test_ready_server_says_so(app: Flask, client: FlaskClient, config: Config) -> None:
    with app.app_context():
        judging()
    proved(config)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready", "faults": [], "warnings": []})


def test_what_only_needs_a_person_leaves_the_server_ready(app: Flask, client: FlaskClient, time: Time) -> None:
    with app.app_context(), db.session.begin():
        enqueue(db.session, GRADE_SUBMISSION, 1)
    time.forward(minutes=5)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["warnings"] == ["worker", "queue", "backup"]


def test_full_disk_and_old_tables_are_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=5 * 10**6))
    monkeypatch.setattr(readiness.schema, "is_up_to_date", lambda _engine: False)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["faults"]) == (503, ["migration", "disk"])


def test_database_that_is_away_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    away = sa.exc.OperationalError("", {}, Exception("away"))
    monkeypatch.setattr(readiness, "_faults", lambda _config: (_ for _ in ()).throw(away))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["faults"]) == (503, ["database"])


def test_who_asks_often_is_given_the_last_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(readiness, "KEPT_S", 60.0)
    monkeypatch.setattr(readiness, "examine", lambda *_args: asked.append(1) or ([], []))

    for _time in range(3):
        client.get("/readyz")

    assert asked == [1]


def test_metrics_show_requests_queue_verdicts_caches_backup_streams_and_waits(
    app: Flask, client: FlaskClient, config: Config, time: Time
) -> None:
    proved(config)
    with app.app_context():
        with db.session.begin():
            enqueue(db.session, GRADE_SUBMISSION, 1)
        with db.session.begin():
            Measurement.save(db.session, "lab-3:17", clock.now(), {'etude_verdicts_total{verdict="WA"}': 3.0}, {})
    time.forward(seconds=90)
    client.get("/about")
    client.get("/about")

    answer = client.get("/metrics")

    assert answer.content_type.startswith("text/plain; version=0.0.4")
    mine = f'process="{measuring.source()}"'
    for line in (
        "# TYPE etude_requests_total counter",
        f'etude_requests_total{{{mine},method="GET",status="2xx"}} 2',
        f'etude_request_seconds_bucket{{{mine},le="+Inf"}} 2',
        'etude_verdicts_total{process="lab-3:17",verdict="WA"} 3',
        f'etude_cache_total{{{mine},cache="pages",found="yes"}} 1',
        "etude_queue_tasks 1",
        "etude_queue_oldest_seconds 90",
        "etude_last_verified_backup_age_seconds 90",
        f"etude_open_streams{{{mine}}} 0",
    ):
        assert line in answer.text.splitlines()
    assert f'etude_database_waits_seconds_total{{{mine},what="connection"}}' in answer.text
    assert f'etude_database_waits_total{{{mine},what="write_lock"}}' in answer.text


def test_each_metric_is_described_once(client: FlaskClient) -> None:
    lines = client.get("/metrics").text.splitlines()

    described = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert described == sorted(set(described))


@pytest.mark.parametrize("header", metrics_routes.FORWARDED)
def test_metrics_are_no_page_for_who_comes_through_a_proxy(client: FlaskClient, header: str) -> None:
    assert client.get("/metrics", headers={header: "192.0.2.7"}).status_code == 404


def test_metrics_are_no_page_for_another_machine_without_the_token(config: Config, app: Flask) -> None:
    open_to_token = create_app(type(config)(data=config.data, testing=True, metrics_token="long-secret"))
    far = {"REMOTE_ADDR": "192.0.2.7"}

    def status(**headers: str) -> int:
        return open_to_token.test_client().get("/metrics", headers=headers, environ_base=far).status_code

    assert app.test_client().get("/metrics", environ_base=far).status_code == 404
    assert (status(), status(Authorization="Bearer wrong")) == (404, 404)
    assert status(Authorization="Bearer long-secret") == 200


def test_invented_methods_are_no_series_of_their_own(client: FlaskClient) -> None:
    client.open("/about", method="BREW")

    assert "BREW" not in client.get("/metrics").text


def test_admin_sees_the_last_day_and_the_errors_by_cause(app: Flask, as_admin: FlaskClient) -> None:
    at = clock.now() - timedelta(hours=1)
    error = Incident(
        fingerprint="f", kind="judging_failed: OSError", place="worker/actors.py:_judge", log_id="a1b2c3",
        first_at=at, last_at=at, count=12,
    )  # fmt: skip
    with app.app_context():
        with db.session.begin():
            ErrorGroup.add(db.session, [error])
        with db.session.begin():
            Measurement.save(db.session, "web:1", at, {'etude_requests_total{method="GET",status="2xx"}': 321}, {})

    page = as_admin.get("/school/health").text

    for part in ("judging_failed: OSError", "worker/actors.py:_judge", "a1b2c3", ">12<", "<rect", "Highest: 321"):
        assert part in page


def test_ids_of_the_request_reach_the_worker(app: Flask) -> None:
    logging.clear()
    logging.bind(request_id="abc", user_id=7, course_id=3, submission_id=11, address="192.0.2.7")
    with app.app_context():
        with db.session.begin():
            enqueue(db.session, GRADE_SUBMISSION, 11)
        body = db.session.scalars(sa.select(TaskMessage.body)).one()
    logging.clear()
    message = dramatiq.Message.decode(body)

    LogIds().before_process_message(None, message)

    ids = {"request_id": "abc", "user_id": 7, "course_id": 3, "submission_id": 11}
    assert logging.carried() == ids
    assert message.options["ids"] == ids
    logging.clear()


def test_requests_of_a_course_carry_its_id(as_teacher: FlaskClient, people: factories.People) -> None:
    as_teacher.get(f"/courses/{people.course}")

    assert logging.carried()["course_id"] == people.course
