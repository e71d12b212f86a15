"""A code activity in Ada's course, and a worker beside the tests: what tests of handing in stand on."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from etude.content import parse_activity, to_document
from etude.extensions import db
from etude.jail import probe
from etude.models import Activity, ActivityVersion, Submission
from etude.models.submission import SubmissionState, judging
from etude.worker.running import WorkerProcess
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.content import ActivityContent

TOML = """
format = 1
slug = "double"
kind = "code"
title = {fr = "Le double", en = "Twice"}
points = 10
languages = ["python", "c"]

[limits]
time_s = 1
memory_mb = 128

[[hint]]
en = "Read a number with int(input())."
fr = "Lisez un nombre avec int(input())."

[[hint]]
en = "Multiply it by two."
fr = "Multipliez-le par deux."

[[test_group]]
name = "samples"
visibility = "sample"

[[test_group]]
name = "seen"
points = 4
visibility = "visible"

[[test_group]]
name = "secret"
points = 6
visibility = "hidden"
"""
TREE = {
    "activity.toml": TOML.encode(),
    "statement.en.md": b"Print **twice** the number.\n",
    "statement.fr.md": b"Affichez le **double** du nombre.\n",
    "starter/python/main.py": b"n = int(input())\n",
    "tests/samples/one.in": b"1\n",
    "tests/samples/one.ans": b"2\n",
    "tests/seen/two.in": b"2000\n",
    "tests/seen/two.ans": b"4000\n",
    "tests/secret/three.in": b"31337\n",
    "tests/secret/three.ans": b"62674\n",
    "solutions/accepted/main.py": b"print(2 * int(input()))\n",
}
RIGHT = "print(2 * int(input()))\n"
HALF_RIGHT = "n = int(input())\nprint(2 * n if n < 10000 else n)\n"
NOTHING_RIGHT = "print(input())\n"
BROKEN = "print(2 *\n"


@dataclass(frozen=True)
class Room:
    """Ids of the activity, its version and its assignment in Ada's course."""

    activity: int
    version: int
    assignment: int

    @property
    def path(self) -> str:
        return f"/assignments/{self.assignment}"


def content(**changes: Any) -> ActivityContent:
    return replace(parse_activity(TREE), **changes)


def open_room(people: factories.People, *, made_of: ActivityContent | None = None, **values: Any) -> Room:
    """Place the activity in the course; inside an application context."""
    document = to_document(made_of or content())
    activity = factories.activity(document, kind=(made_of or content()).kind, title_en="Twice", title_fr="Le double")
    assignment = factories.assignment(people.course, activity.id, **values)
    version = db.session.get(Activity, activity.id).latest_version_id
    assert db.session.get(ActivityVersion, version) is not None
    return Room(activity.id, version, assignment.id)


def form_of(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the hidden fields of the page's form."""
    html = client.get(path).get_data(as_text=True)
    return {name: html.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
            for name in ("csrf_token", "once", "language")}  # fmt: skip


def hand_in(client: FlaskClient, room: Room, code: str, **kwargs: Any) -> Any:
    """Hand a program in as the page would."""
    data = {**form_of(client, room.path), "code": code, **kwargs.pop("data", {})}
    return client.post(f"{room.path}/submissions", data=data, **kwargs)


def submission_id_of(answer: Any) -> int:
    return int(answer.location.rsplit("/", 1)[1])


def submit(room: Room, user_id: int, code: str = RIGHT, *, name: str = "main.py", **values: Any) -> int:
    """Store a queued submission without the page; inside an application context."""
    from etude.core import clock
    from etude.features.activities.services import HandIn, hand_in

    number = next(factories._numbers)
    values = {"language": "python", **values}
    answer = HandIn(assignment_id=room.assignment, user_id=user_id, once=f"once-{number:08}", version_id=room.version,
                    document={"files": {name: code}}, **values)  # fmt: skip
    return hand_in(answer, at=clock.now())


def judge(
    submission_id: int, status: str = "AC", *, score: str = "10", outcomes: list[dict[str, Any]] | None = None
) -> None:
    """Record a result without a worker; inside an application context."""
    from etude.core import clock
    from etude.models.submission.judging import Judgement

    with db.session.begin():
        claimed = judging.claim(db.session, submission_id, clock.now())
        assert claimed is not None
        document = {"compile": None, "message": {}, "groups": []}
        judgement = Judgement(status=status, score=Decimal(score), max_score=Decimal(10), document=document,
                              outcomes=outcomes or ())  # fmt: skip
        assert judging.record(db.session, claimed, judgement, clock.now())


def pause() -> None:
    """Look again a moment later."""
    threading.Event().wait(0.02)


def can_isolate() -> bool:
    return probe().tier == "full"


@contextmanager
def running_worker(app: Flask, **values: Any) -> Iterator[WorkerProcess]:
    """A worker in a thread of the test's process."""
    stop = threading.Event()
    worker = WorkerProcess(app.extensions["etude"], app=app, **values)
    thread = threading.Thread(target=worker.run, args=(stop,), name="worker")
    thread.start()
    try:
        yield worker
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def wait_until_judged(app: Flask, *submission_ids: int, timeout_s: float = 30) -> None:
    """Wait until all of these have a result; fail when that takes too long."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        with app.app_context():
            rows = [db.session.get(Submission, one) for one in submission_ids]
            if all(row.state is SubmissionState.JUDGED for row in rows):
                return
        pause()
    raise AssertionError("not judged in time")
