"""Live updates: streams of server-sent events. Where streams are blocked or used up, pages poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, render_template, request

from etude.core import signals
from etude.core.metrics import metrics
from etude.extensions import db, limiter
from etude.features.activities.loading import sees_all
from etude.features.activities.queue_position import QueueWatch
from etude.features.activities.results import Reader, describe
from etude.kinds import kinds
from etude.models.live import Event, bell
from etude.permissions import Permission, requires, scope
from etude.web.class_table import find_cells
from etude.web.hub import EventHub
from etude.web.rate_keys import by_session
from etude.web.streams import HUB, open_stream
from etude.web.submission_access import load_readable

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from etude.web.streams import Batch

blueprint = Blueprint("live", __name__)
limiter.limit("120 per minute", key_func=by_session)(blueprint)


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

    return open_stream(f"submission:{submission_id}", show, missed=[(0, {})], has_news=watch.has_moved)


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
    return open_stream(topic, show, missed=missed)
