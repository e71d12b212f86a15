"""Live updates: streams of server-sent events. Where streams are blocked or used up, pages poll."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, render_template, request, stream_with_context

from etude.core import signals
from etude.extensions import db, limiter
from etude.features.activities.hub import EventHub, Subscription
from etude.features.activities.limits import by_session
from etude.features.activities.loading import sees_all
from etude.features.activities.results import Reader, describe
from etude.kinds import kinds
from etude.models.live import Event, bell
from etude.permissions import Permission, requires, scope
from etude.web.class_table import find_cells
from etude.web.submission_access import load_readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("live", __name__)
limiter.limit("120 per minute", key_func=by_session)(blueprint)
PING_S = 15.0
LONGEST_S = 600.0
"""After this a stream ends and the page connects again: what it may see is checked anew."""
HUB = "etude_hub"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""A proxy that buffered would hold the news back."""

Batch = list[tuple[int, dict[str, Any]]]


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    config = app.extensions["etude"]
    bell.path = config.doorbell
    with app.app_context():
        hub = EventHub(db.engine, config.doorbell, max_streams=config.max_streams)
    app.extensions[HUB] = hub

    def close(_sender: object, **_values: object) -> None:
        hub.close()

    signals.server_stopping.connect(close, weak=False)


def the_hub() -> EventHub:
    """Return the hub of this process."""
    hub: EventHub = current_app.extensions[HUB]
    return hub


@blueprint.get("/events/submissions/<int:submission_id>")
@requires(Permission.COURSE_VIEW)
def follow_submission(submission_id: int) -> Response:
    """Send the results box now and whenever it changes, until the answer is judged."""
    load_readable(submission_id)

    def show(_batch: Batch) -> tuple[str, bool]:
        submission = load_readable(submission_id)
        template = kinds.load()[submission.kind].results_template.replace("_results.html", "_results_event.html")
        box = describe(submission, Reader(sees_all=sees_all(submission)))
        return render_template(template, results=box), submission.is_judged

    return _stream(f"submission:{submission_id}", show, missed=[(0, {})])


@blueprint.get("/events/courses/<int:course_id>")
@requires(Permission.PROGRESS_VIEW)
def follow_course(course_id: int) -> Response:
    """Send each cell of the class table that changes.

    `Last-Event-ID`, or `?after=` with the number of the newest event when the page was made, fills the gap before.
    """
    last_id = request.headers.get("Last-Event-ID", request.args.get("after", type=int), type=int)
    topic = f"course:{course_id}"
    here = scope()

    def show(batch: Batch) -> tuple[str, bool]:
        pairs = {(event["user_id"], event["assignment_id"]) for _id, event in batch}
        cells = find_cells(db.session, here, pairs)
        return render_template("activities/_cells_event.html", cells=cells), False

    missed: Batch = []
    if last_id is not None:
        missed = [(one.id, one.payload) for one in Event.get_in_topic_after(db.session, topic, last_id)]
    return _stream(topic, show, missed=missed)


def _stream(topic: str, show: Callable[[Batch], tuple[str, bool]], *, missed: Batch) -> Response:
    subscription = the_hub().subscribe(topic)  # before the first look, so that nothing falls in between
    response = Response(
        stream_with_context(_send(subscription, show, missed)), mimetype="text/event-stream", headers=HEADERS
    )
    response.call_on_close(subscription.close)
    return response


def _send(subscription: Subscription, show: Callable[[Batch], tuple[str, bool]], batch: Batch) -> Iterator[str]:
    """Yield the stream. Between two messages no connection to the database is held."""
    end = time.monotonic() + LONGEST_S
    with subscription:
        yield ": here\n\n"
        while not subscription.is_closed and time.monotonic() < end:
            if batch:
                db.session.close()
                text, is_last = show(batch)
                db.session.close()
                if text.strip():
                    yield message(text, batch[-1][0])
                if is_last:
                    return
            else:
                yield ": ping\n\n"
            batch = subscription.wait(PING_S)


def message(text: str, event_id: int) -> str:
    """Return one server-sent event."""
    data = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"id: {event_id}\n{data}\n" if event_id else f"{data}\n"
