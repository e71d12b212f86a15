"""Streams of server-sent events: what every route that sends one does alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, stream_with_context

from etude.extensions import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.web.hub import EventHub, Subscription

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


def the_hub() -> EventHub:
    """Return the hub of this process."""
    hub: EventHub = current_app.extensions[HUB]
    return hub


def open_stream(topic: str, show: Show, *, missed: Batch, has_news: Callable[[], bool] | None = None) -> Response:
    """Answer with a stream of what `show` makes of the events of a topic, beginning with `missed`.

    `show` returns the message and whether it is the last; `has_news` is asked now and then for what no event tells.
    """
    subscription = the_hub().subscribe(topic)  # before the first look, so that nothing falls in between
    response = Response(
        stream_with_context(_send(subscription, show, missed, has_news)), mimetype="text/event-stream", headers=HEADERS
    )
    response.call_on_close(subscription.close)
    return response


def _send(subscription: Subscription, show: Show, batch: Batch, has_news: Callable[[], bool] | None) -> Iterator[str]:
    """Yield the stream. Between two messages no connection to the database is held."""
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
