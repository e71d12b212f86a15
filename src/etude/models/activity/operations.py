"""Writes on assignments and activities that several features share; they take the session and never commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.activity.assignment import Assignment
from etude.models.activity.listing import drop_listed, get_listed

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from etude.models.activity.activity import Activity


def add_assignment(session: Session, course_id: int, activity: Activity, *, points: Decimal) -> Assignment:
    """Place an activity at the end of a course, without dates and with unlimited attempts; it has its id."""
    assignment = Assignment(
        course_id=course_id,
        activity_id=activity.id,
        position=Assignment.get_next_position(session, course_id),
        points=points,
    )
    session.add(assignment)
    session.flush()
    return assignment


def move(session: Session, assignment: Assignment, *, up: bool) -> bool:
    """Swap an assignment with its neighbour; tell whether there was one. Positions become 1, 2, 3…"""
    listed = list(get_listed(session, assignment.course_id))
    here = next(index for index, one in enumerate(listed) if one.id == assignment.id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(listed):
        return False
    listed[here], listed[there] = listed[there], listed[here]
    for position, one in enumerate(listed, start=1):
        if one.position != position:
            session.execute(sa.update(Assignment).where(Assignment.id == one.id).values(position=position))
    drop_listed(session, assignment.course_id)
    return True
