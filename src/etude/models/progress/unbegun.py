"""Assignments that no student has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models.activity import Assignment
from etude.models.progress.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def get_unbegun(session: Session, activity_id: int) -> Sequence[Assignment]:
    """Return the living assignments of an activity that students see and nobody has begun."""
    begun = sa.select(Progress.id).where(Progress.assignment_id == Assignment.id)
    return session.scalars(
        sa.select(Assignment)
        .where(Assignment.activity_id == activity_id, Assignment.is_visible.is_(True), ~begun.exists())
        .order_by(Assignment.id)
    ).all()
