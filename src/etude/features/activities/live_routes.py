"""Live updates: streams of server-sent events. Where streams are blocked or used up, pages poll."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, render_template, request, stream_with_context

from etude.core import signals
from etude.core.metrics import metrics
from etude.extensions import db, limiter
from etude.features.activities.hub import EventHub, Subscription
from etude.features.activities.limits import by_session
from etude.features.activities.loading import sees_all
from etude.features.activities.queue_position import QueueWatch
from etude.features.activities.results import Reader, describe
from etude.kinds import kinds
from etude.models.live import Event, bell
from etude.permissions import Permission, requires, scope
from etude.web.class_table import find_cells
from etude.web.submission_access import load_readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("live", __name__)
limiter.limit("120 per minute", key_func=by_session)(blueprint)
PING_S = 15.0
LOOK_S = 3.0
"""How often a stream whose page shows something that no event tells looks whether it changed."""
LONGEST_S = 600.0
"""After this a stream ends and the page connects again: what it may see is checked anew."""
HUB = "etude_hub"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""A proxy that buffered would hold the news back."""

Batch = list[tuple[int, dict[str, Any]]]
Show = Callable[[Batch], tuple[str, bool]]


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    config = app.extensions["etude"]
    bell.path = config.doorbell
    with app.app_context():
        hub = EventHub(db.engine, config.doorbell, max_streams=config.max_streams)
    app.extensions[HUB] = hub
    metrics.watch("etude_open_streams", lambda: hub.count)

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
    watch = QueueWatch(load_readable(submission_id))

    def show(_batch: Batch) -> tuple[str, bool]:
        submission = load_readable(submission_id)
        template = kinds.load()[submission.kind].results_template.replace("_results.html", "_results_event.html")
        box = describe(submission, Reader(sees_all=sees_all(submission)))
        return render_template(template, results=box), submission.is_judged

    return _stream(f"submission:{submission_id}", show, missed=[(0, {})], has_news=watch.has_moved)


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


def _stream(topic: str, show: Show, *, missed: Batch, has_news: Callable[[], bool] | None = None) -> Response:
    subscription = the_hub().subscribe(topic)  # before the first look, so that nothing falls in between
    response = Response(
        stream_with_context(_send(subscription, show, missed, has_news)), mimetype="text/event-stream", headers=HEADERS
    )
    response.call_on_close(subscription.close)
    return response


def _send(subscription: Subscription, show: Show, batch: Batch, has_news: Callable[[], bool] | None) -> Iterator[str]:
    """Yield the stream. Between two messages no connection to the database is held.

    `has_news` is asked now and then for what no event tells.
    """
    end, pinged_at = time.monotonic() + LONGEST_S, time.monotonic()
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
            elif time.monotonic() - pinged_at >= PING_S:
                pinged_at = time.monotonic()
                yield ": ping\n\n"
            batch = subscription.wait(LOOK_S if has_news else PING_S)
            if not batch and has_news is not None and has_news():
                batch = [(0, {})]
            db.session.close()


def message(text: str, event_id: int) -> str:
    """Return one server-sent event."""
    data = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"id: {event_id}\n{data}\n" if event_id else f"{data}\n"
