"""For who develops Étude: queries that are slow, and those that a page asks again and again for row after row.

On at the level DEBUG of the log alone: it looks at every query, and nobody who runs a school needs that.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import g, has_request_context, request
from sqlalchemy import event

from etude.core import logging
from etude.extensions import db

if TYPE_CHECKING:
    from flask import Flask, Response

_log = logging.get(__name__)
SLOW_MS = 100.0
MANY = 5
"""So often the same query within one request looks like one for each row."""
SHOWN_CHARS = 300


def set_up(app: Flask) -> None:
    """Watch the queries of this application's requests; their values are never shown."""
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def _begin(connection: Any, *_rest: object) -> None:  # noqa: ANN401  SQLAlchemy hands over its own
        connection.info["etude_began"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _end(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:  # noqa: ANN401
        elapsed_ms = (time.perf_counter() - connection.info["etude_began"]) * 1000
        if elapsed_ms >= SLOW_MS:
            _log.warning("slow_query", ms=round(elapsed_ms, 1), statement=statement[:SHOWN_CHARS])
        if has_request_context():
            asked: Counter[str] = g.setdefault("asked", Counter())
            asked[statement] += 1

    @app.after_request
    def _tell(response: Response) -> Response:
        asked: Counter[str] = g.get("asked", Counter())
        for statement, times in asked.items():
            if times >= MANY:
                _log.warning("n_plus_one", times=times, endpoint=request.endpoint, statement=statement[:SHOWN_CHARS])
        return response
