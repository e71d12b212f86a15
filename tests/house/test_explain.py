"""No query of the models walks through a whole table that grows with the school."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.core.caching import memory
from etude.core.db import UnitOfWorkSession, tune_sqlite
from etude.models import Base
from tests import filling
from tests.house import class_queries
from tests.house.class_queries import MISSING, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

SCAN = re.compile(r"SCAN (\w+)")

TINY = {
    "school": "one row",
    "job_run": "a row per scheduled job",
    "worker_state": "a row per running worker",
    "audit_seal": "a row each time that old entries are retired",
}
"""Tables that do not grow, each with why."""

ALL_OF_IT = "it returns every living row, and no page calls it"
WALKS = {
    "AuditEntry.find_break": "proving the chain means reading all of it; `etude audit verify` asks, no page does",
    "Activity.get_active": ALL_OF_IT,
    "Assignment.get_active": ALL_OF_IT,
    "Course.get_active": ALL_OF_IT,
    "Enrolment.get_active": ALL_OF_IT,
    "Section.get_active": ALL_OF_IT,
    "Activity.count": "a school has some hundred activities",
    "Course.count_for_user": "for the admin alone it counts all courses: some dozens a year",
    "Course.get_page": "the admin’s list, open courses first: some dozens a year",
}
"""Queries that walk through a table that grows, each with why it may."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    database = f"sqlite:///{tmp_path_factory.mktemp('explain') / 'etude.db'}"
    engine = sa.create_engine(database)
    tune_sqlite(engine)
    Base.metadata.create_all(engine)
    filling.fill(database)
    yield engine
    engine.dispose()


def asked(query: Query, engine: sa.Engine) -> list[tuple[str, Any]]:
    """Return the SELECTs that a query sends, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    memory.clear()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        with UnitOfWorkSession(engine) as session:
            block = session.begin()
            query.run(session)
            block.rollback()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
        memory.clear()
    return sent


def scanned(engine: sa.Engine, statement: str, parameters: Any) -> list[str]:
    """Return the lines of the plan that walk through a whole table that grows without an index."""
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    lines = [str(step[3]) for step in plan]
    if _stops_at_its_limit(statement, lines):
        return []
    return [line for line in lines if (match := SCAN.match(line)) and "INDEX" not in line and _grows(match[1])]


def _stops_at_its_limit(statement: str, plan: list[str]) -> bool:
    """Tell whether the rows are read in the order of their ids, none is left out, and only so many are wanted."""
    return "LIMIT" in statement and "WHERE" not in statement and len(plan) == 1


def _grows(name: str) -> bool:
    """Tell whether a name in a plan is a table that grows; a subquery's or a list's name is none."""
    table = re.sub(r"_\d+$", "", name)
    return table in Base.metadata.tables and table not in TINY


@pytest.mark.parametrize("query", class_queries.queries(), ids=lambda query: query.name)
def test_query_does_not_walk_through_a_table_that_grows(query: Query, engine: sa.Engine) -> None:
    assert MISSING not in query.arguments.values(), query.arguments

    sent = asked(query, engine)

    assert sent, "it asked nothing: give it arguments in tests/house/class_queries.py"
    walks = [(line, statement) for statement, parameters in sent for line in scanned(engine, statement, parameters)]
    assert not walks or query.name in WALKS


def test_every_exemption_is_still_needed(engine: sa.Engine) -> None:
    walking = {
        query.name
        for query in class_queries.queries()
        if query.name in WALKS and any(scanned(engine, *one) for one in asked(query, engine))
    }

    assert walking == set(WALKS)
