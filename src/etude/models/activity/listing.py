"""A course's assignments as plain values, from the memory cache: what every course page and table begins with.

The list is dropped by itself when an assignment or an activity of it is saved, after the commit; a bulk write has to
call `drop_listed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from etude.core.caching import memory
from etude.core.db import UnitOfWorkSession
from etude.models.activity.activity import Activity
from etude.models.activity.assignment import Assignment
from etude.models.activity.rules import Rules, effective

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy.orm import UOWTransaction

MOST_ASSIGNMENTS = 500
"""In one course; the form that adds one refuses more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAssignment:
    """One assignment with its activity's titles; the words are those of the models.

    `rules` is what holds for whoever has no exception.
    """

    id: int
    activity_id: int
    position: int
    kind: str
    title_fr: str
    title_en: str
    points: Decimal
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    attempts: int | None
    late_percent: int
    late_floor_percent: int
    is_visible: bool
    rules: Rules

    def __hash__(self) -> int:
        """Return the number by which memories find it; one number is enough where equality looks at every field."""
        return hash(self.id)

    def title(self, locale: str) -> str:
        """Return the title in a language, or in the other one where it has none."""
        first, second = (self.title_fr, self.title_en) if locale == "fr" else (self.title_en, self.title_fr)
        return first or second


def get_listed(session: Session, course_id: int, *, visible_only: bool = False) -> tuple[ListedAssignment, ...]:
    """Return a course's living assignments in order; inside a write transaction they are read afresh."""
    is_writing = isinstance(session, UnitOfWorkSession) and session.is_writing()
    if is_writing:
        listed = _read(session, course_id)
    else:
        listed = memory.get_or_make(_key(course_id), lambda: _read(session, course_id))
    return tuple(one for one in listed if one.is_visible) if visible_only else listed


def drop_listed(session: Session, course_id: int) -> None:
    """Forget a course's list when the transaction in progress is committed."""
    memory.drop_after_commit(session, _key(course_id))


def _key(course_id: int) -> tuple[str, int]:
    return ("listed-assignments", course_id)


def _read(session: Session, course_id: int) -> tuple[ListedAssignment, ...]:
    names = ("id", "activity_id", "position", "points", "opens_at", "due_at", "closes_at", "attempts", "late_percent",
             "late_floor_percent", "is_visible")  # fmt: skip
    query = (
        sa.select(*(getattr(Assignment, name) for name in names), Activity.kind, Activity.title_fr, Activity.title_en)
        .join(Assignment.activity)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.id)
        .limit(MOST_ASSIGNMENTS)
    )
    return tuple(_with_rules(dict(row._mapping)) for row in session.execute(query))  # noqa: SLF001  the documented name


def _with_rules(values: dict[str, Any]) -> ListedAssignment:
    plain = SimpleNamespace(**values)
    return ListedAssignment(**values, rules=effective(plain))


@event.listens_for(Session, "after_flush")
def _drop_changed(session: Session, _context: UOWTransaction) -> None:
    changed = [
        row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Assignment | Activity)
    ]
    course_ids = {row.course_id for row in changed if isinstance(row, Assignment)}
    activity_ids = {row.id for row in changed if isinstance(row, Activity)}
    if activity_ids:
        table = Assignment.__table__.c
        found = session.connection().execute(sa.select(table.course_id).where(table.activity_id.in_(activity_ids)))
        course_ids.update(found.scalars())
    for course_id in course_ids:
        drop_listed(session, course_id)
