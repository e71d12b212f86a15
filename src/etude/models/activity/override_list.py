"""A course's overrides as plain values, from the memory cache: most courses have few, and every course page asks.

Dropped by itself when an override is saved or removed, after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from etude.core.caching import memory
from etude.core.db import UnitOfWorkSession
from etude.models.activity.assignment import Assignment
from etude.models.activity.override import Override

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import UOWTransaction

Target = tuple[str, int]
"""("user", id) or ("section", id)."""


@dataclass(frozen=True, slots=True)
class ListedOverride:
    """One override; the words are those of the model."""

    assignment_id: int
    user_id: int | None
    section_id: int | None
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    attempts: int | None
    time_factor: float | None


def get_overrides_of(
    session: Session, course_id: int, user_id: int, section_id: int | None
) -> dict[int, list[ListedOverride]]:
    """Return, by assignment, the overrides of a course that reach a student: the section's first, the own one last."""
    by_target = _get_all(session, course_id)
    found: dict[int, list[ListedOverride]] = {}
    for target in (("section", section_id or 0), ("user", user_id)):
        for one in by_target.get(target, ()):
            found.setdefault(one.assignment_id, []).append(one)
    return found


def _get_all(session: Session, course_id: int) -> dict[Target, list[ListedOverride]]:
    if isinstance(session, UnitOfWorkSession) and session.is_writing():
        return _read(session, course_id)
    return memory.get_or_make(_key(course_id), lambda: _read(session, course_id))


def _key(course_id: int) -> tuple[str, int]:
    return ("listed-overrides", course_id)


def _read(session: Session, course_id: int) -> dict[Target, list[ListedOverride]]:
    names = ("assignment_id", "user_id", "section_id", "opens_at", "due_at", "closes_at", "attempts", "time_factor")
    query = (
        sa.select(*(getattr(Override, name) for name in names))
        .join(Assignment, Assignment.id == Override.assignment_id)
        .where(Assignment.course_id == course_id)
    )
    found: dict[Target, list[ListedOverride]] = {}
    for row in session.execute(query):
        one = ListedOverride(*row)
        target = ("user", one.user_id) if one.user_id is not None else ("section", one.section_id or 0)
        found.setdefault(target, []).append(one)
    return found


@event.listens_for(Session, "after_flush")
def _drop_changed(session: Session, _context: UOWTransaction) -> None:
    changed = {
        row.assignment_id for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Override)
    }
    if not changed:
        return
    table = Assignment.__table__.c
    found = session.connection().execute(sa.select(table.course_id).where(table.id.in_(changed)))
    for course_id in set(found.scalars()):
        memory.drop_after_commit(session, _key(course_id))
