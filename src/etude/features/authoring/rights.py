"""Who may change an activity: one rule, for every page and import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.core.errors import NotAllowed, NotFound
from etude.extensions import db
from etude.models import Activity
from etude.models.activity.using import get_taught_activity_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from etude.models import User


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


def get_activity(session: Session, activity_id: int) -> Activity:
    """Return a living activity.

    Raises:
        NotFound: there is none of this id, or it is in the bin.
    """
    activity = session.get(Activity, activity_id)
    if activity is None or activity.is_deleted:
        raise NotFound
    return activity


def get_editable(activity_id: int, user: User) -> Activity:
    """Return a living activity that this person may change.

    Raises:
        NotFound: there is none of this id, or it is in the bin.
        NotAllowed: it belongs to somebody else, and the person teaches no course that uses it.
    """
    activity = get_activity(db.session, activity_id)
    if not may_edit(db.session, user, activity):
        raise NotAllowed(_("This activity belongs to somebody else. Duplicate it, and change your copy."))
    return activity


def may_edit(session: Session, user: User, activity: Activity) -> bool:
    """Tell whether a person may change an activity: its owner, an admin, or a teacher of a course that uses it.

    What belongs to the school (no owner) is changed by admins and by those teachers only; every teacher may copy it.
    """
    return activity.id in get_editable_ids(session, user, [activity])


def get_editable_ids(session: Session, user: User, activities: Iterable[Activity]) -> set[int]:
    """Return the ids of those activities that a person may change; one query at most."""
    rows = list(activities)
    if user.is_admin:
        return {row.id for row in rows}
    if not user.is_staff:
        return set()
    own = {row.id for row in rows if row.is_owned_by(user.id)}
    others = [row.id for row in rows if row.id not in own]
    return own | get_taught_activity_ids(session, user.id, others) if others else own
