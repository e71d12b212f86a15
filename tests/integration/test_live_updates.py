from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etude.core import clock, signals
from etude.extensions import db
from etude.models import Event
from etude.models.live import publish
from etude.models.submission import judging
from etude.web import streams
from tests import classroom, factories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.web.hub import EventHub


@pytest.fixture
def hub(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventHub]:
    monkeypatch.setattr(streams, "PING_S", 0.1)  # a stream that should have spoken is found out soon
    hub: EventHub = app.extensions[streams.HUB]
    yield hub
    hub.close()


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


class Stream:
    """The reading end of an event stream."""

    def __init__(self, client: FlaskClient, path: str, **headers: str) -> None:
        self.answer = client.get(path, buffered=False, headers=headers)
        self._chunks: Iterator[Any] = iter(self.answer.response)

    def next(self) -> str:
        """Return the next event, comments left out; empty when the stream has ended. Fails after 10 s of pings."""
        for pings, chunk in enumerate(self._chunks):
            text = chunk.decode() if isinstance(chunk, bytes) else chunk
            if not text.startswith(":"):
                return text
            assert pings < 100, "the stream says nothing"
        return ""

    def close(self) -> None:
        self.answer.close()


def hand_in(app: Flask, room: classroom.Room, user_id: int) -> int:
    with app.app_context():
        return classroom.submit(room, user_id)


def test_stream_sends_the_whole_state_then_each_change_then_ends(
    app: Flask, hub: EventHub, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    submission_id = hand_in(app, room, people.ben)
    stream = Stream(as_student, f"/events/submissions/{submission_id}")
    first = stream.next()
    with app.app_context(), db.session.begin():
        claimed = judging.claim(db.session, submission_id, clock.now())
    second = stream.next()
    with app.app_context(), db.session.begin():
        judging.record(db.session, claimed, judging.fault("Broken."), clock.now())
    third, fourth = stream.next(), stream.next()

    assert stream.answer.mimetype == "text/event-stream"
    assert stream.answer.headers["X-Accel-Buffering"] == "no"
    assert 'data-state="queued"' in first
    assert 'data-state="judging"' in second
    assert 'data-state="judged"' in third
    assert "<hx-partial" in third
    assert "id: " in third
    assert fourth == ""
    stream.close()
    assert hub.count == 0


def test_stream_holds_no_connection_to_the_database_while_it_waits(
    app: Flask, hub: EventHub, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    stream = Stream(as_student, f"/events/submissions/{hand_in(app, room, people.ben)}")

    stream.next()

    with app.app_context():
        assert db.engine.pool.checkedout() == 0
    stream.close()


def test_streams_that_are_used_up_are_told_to_poll(
    app: Flask, hub: EventHub, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    submission_id = hand_in(app, room, people.ben)
    hub._max_streams = 1
    stream = Stream(as_student, f"/events/submissions/{submission_id}")
    stream.next()

    refused = as_student.get(f"/events/submissions/{submission_id}")

    assert refused.status_code == 503
    stream.close()


def test_stop_of_the_server_lets_streams_go_at_once(
    app: Flask, hub: EventHub, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    submission_id = hand_in(app, room, people.ben)
    stream = Stream(as_student, f"/events/submissions/{submission_id}")
    stream.next()

    signals.server_stopping.send(None)

    assert stream.next() == ""
    assert as_student.get(f"/events/submissions/{submission_id}").status_code == 503
    stream.close()


def test_strangers_and_classmates_follow_nothing(
    app: Flask, hub: EventHub, room: classroom.Room, as_outsider: FlaskClient, people: factories.People
) -> None:
    submission_id = hand_in(app, room, people.ben)
    with app.app_context():
        dee = factories.user()
        factories.enrolment(people.course, dee.id)
        classmate = factories.sign_in(app, dee.id)

    assert as_outsider.get(f"/events/submissions/{submission_id}").status_code == 404
    assert classmate.get(f"/events/submissions/{submission_id}").status_code == 404
    assert as_outsider.get(f"/events/courses/{people.course}").status_code == 404
    assert classmate.get(f"/events/courses/{people.course}").status_code == 403


def test_teacher_sees_cells_change_and_misses_none_after_a_break(
    app: Flask, hub: EventHub, room: classroom.Room, as_teacher: FlaskClient, people: factories.People
) -> None:
    path = f"/events/courses/{people.course}"
    hand_in(app, room, people.ben)
    with app.app_context():
        newest = Event.get_last_id(db.session)
    stream = Stream(as_teacher, path, **{"Last-Event-ID": str(newest - 1)})
    missed = stream.next()
    submission_id = hand_in(app, room, people.ben)
    changed = stream.next()
    with app.app_context():
        classroom.judge(submission_id)
    judged = stream.next()
    stream.close()

    assert f'hx-target="#cell-{people.ben}-{room.assignment}"' in missed
    assert f'hx-target="#cell-{people.ben}-{room.assignment}"' in changed
    assert "10" in judged


def test_event_that_was_committed_late_is_not_lost(app: Flask, hub: EventHub) -> None:
    """PostgreSQL numbers events before it commits them: 3 may be seen after 4."""
    subscription = hub.subscribe("course:1")
    hub._last_id, hub._seen = 0, type(hub._seen)([4], hub._seen.maxlen)

    with app.app_context(), db.session.begin():
        publish(db.session, "course:1", {"n": 3}, clock.now())

    assert [payload for _id, payload in subscription.wait(10)] == [{"n": 3}]
    subscription.close()


def test_polled_box_is_not_sent_again_while_nothing_changes(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    submission_id = hand_in(app, room, people.ben)
    path = f"/submissions/{submission_id}/results"
    first = as_student.get(path)

    same = as_student.get(path, headers={"If-None-Match": first.headers["ETag"]})
    with app.app_context():
        classroom.judge(submission_id)
    other = as_student.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, same.status_code, other.status_code) == (200, 304, 200)
    assert 'data-state="judged"' in other.text
