from __future__ import annotations

import time
from typing import TYPE_CHECKING

from etude.core import clock
from etude.extensions import db
from etude.models import Activity, ActivityVersion, WorkerState
from etude.models.activity.publishing import Publishing, may_publish
from tests import factories
from tests.authoring import sample, stored
from tests.classroom import can_isolate, pause, running_worker

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import People


def _wait(app: Flask, activity_id: int) -> ActivityVersion:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with app.app_context():
            activity = db.session.get(Activity, activity_id)
            version = db.session.get(ActivityVersion, activity.latest_version_id)
            if version.check_result["state"] != "waiting":
                return version
        pause()
    raise AssertionError("not checked in time")


def test_the_worker_judges_the_solutions_and_the_page_tells_it(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    assert can_isolate()
    with app.app_context():
        activity_id = stored(sample("duration"), people.ada)
    factories.post(as_teacher, f"/activities/{activity_id}/check")

    with running_worker(app):
        version = _wait(app, activity_id)

    rows = version.check_result["rows"]
    assert {row["verdict"] for row in rows} >= {"AC", "WA", "RTE"}
    assert may_publish(version) is Publishing.READY
    assert "Tests and solutions agree" in as_teacher.get(f"/activities/{activity_id}").get_data(as_text=True)


def test_where_nobody_can_judge_the_page_says_that_the_solutions_wait_and_what_helps(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    with app.app_context():
        activity_id = stored(sample("duration"), people.ada)
        lacking = {"reason": "AppArmor forbids it.", "fix": "sudo sysctl x=1"}
        factories.add(WorkerState(name="test", seen_at=clock.now(), tier="none", **lacking))

    factories.post(as_teacher, f"/activities/{activity_id}/check")
    page = as_teacher.get(f"/activities/{activity_id}").text

    assert "The solutions wait to be judged" in page
    assert "sudo sysctl x=1" in page
    assert "a few seconds" not in page
