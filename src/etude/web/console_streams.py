"""Following what the holder of terminals tells of a console or a stage, as server-sent events."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from flask import Response, stream_with_context

from etude.consoles import client
from etude.extensions import db
from etude.web.streams import HEADERS, LONGEST_S, PING_S, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.web.hub import Subscription

    News = Iterator[dict[str, Any] | None]
    Show = Callable[[dict[str, Any]], dict[str, Any]]


def stream_console(
    subscription: Subscription, news: News, show: Show, *, gone: dict[str, Any], ping_s: float = PING_S
) -> Response:
    """Answer with what `show` makes of the news, until they end; with `gone` where the holder or the console is away.

    ping_s: after how long without news the line is tried, which is how a page that was closed is noticed.
    """
    stream = _send(subscription, news, show, gone, ping_s)
    response = Response(stream_with_context(stream), mimetype="text/event-stream", headers=HEADERS)
    response.call_on_close(subscription.close)
    return response


def _send(subscription: Subscription, news: News, show: Show, gone: dict[str, Any], ping_s: float) -> Iterator[str]:
    """Yield the stream; between two messages no connection to the database is held."""
    db.session.close()
    end, pinged_at = time.monotonic() + LONGEST_S, time.monotonic()
    with subscription:
        yield ": here\n\n"
        try:
            for one in news:
                if subscription.is_closed or time.monotonic() > end:
                    return
                if one is not None:
                    yield message(json.dumps(show(one)), one.get("place", 0))
                elif time.monotonic() - pinged_at >= ping_s:
                    pinged_at = time.monotonic()
                    yield ": ping\n\n"
        except (client.HolderAway, client.Refused):
            yield message(json.dumps(gone), 0)
