"""Counting the SQL statements of a request: what a list page costs must not grow with its rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

from etude.extensions import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


class Queries(list[str]):
    """The statements that were sent, in order."""

    @property
    def count(self) -> int:
        return len(self)


@contextmanager
def count_queries(app: Flask) -> Iterator[Queries]:
    """Collect the statements that the engine is sent inside the block; BEGIN and COMMIT are not counted."""
    sent = Queries()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
