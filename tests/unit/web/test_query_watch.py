from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.app import create_app
from etude.extensions import db
from etude.permissions import public
from etude.web import query_watch

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config


class Lines(list):
    """What was logged, in the place of a logger."""

    def warning(self, event: str, **values: object) -> None:
        self.append({"event": event, **values})


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    found = Lines()
    monkeypatch.setattr(query_watch, "_log", found)
    return found


def ask(app: Flask, times: int) -> None:
    """Have a page that asks the same query, with another value each time."""

    @public
    def page() -> str:
        for number in range(times):
            db.session.scalar(sa.select(sa.literal(number, sa.Integer)))
        return ""

    app.add_url_rule("/page", "page", page)
    app.test_client().get("/page")
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def watched(app: Flask, config: Config) -> Flask:
    return create_app(replace(config, log_level="DEBUG"))


def test_query_that_is_asked_row_after_row_is_told_with_its_page(watched: Flask, lines: Lines) -> None:
    ask(watched, query_watch.MANY)

    (line,) = [line for line in lines if line["event"] == "n_plus_one"]
    assert (line["times"], line["endpoint"]) == (query_watch.MANY, "page")
    assert line["statement"].startswith("SELECT")


def test_fewer_times_are_fine(watched: Flask, lines: Lines) -> None:
    ask(watched, query_watch.MANY - 1)

    assert lines == []


def test_slow_query_is_told_without_its_values(watched: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_watch, "SLOW_MS", 0.0)

    ask(watched, 1)

    assert {line["event"] for line in lines} == {"slow_query"}
    assert all(line["ms"] >= 0 for line in lines)


def test_nobody_is_watched_outside_development(app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_watch, "SLOW_MS", 0.0)

    ask(app, 20)

    assert lines == []
