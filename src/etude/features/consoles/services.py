"""What the staff does at a student's console; each is audited. One public function is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import ConsoleHint, ConsoleLook, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.models.watching.listing import ListedConsole


def begin_look(console: ListedConsole, course_id: int, *, by_id: int, at: datetime) -> int:
    """Note that somebody looks over a student's shoulder, before anything is shown; return the look's id."""
    with db.session.begin():
        look = ConsoleLook(console_id=console.id, by_id=by_id, began_at=at)
        db.session.add(look)
        audit.record(
            db.session,
            AuditTag.CONSOLE_LOOKED,
            target=db.session.get_one(User, console.user_id),
            course_id=course_id,
            details={"console_id": console.id, "assignment_id": console.assignment_id},
        )
        return look.id


def end_look(look_id: int, console: ListedConsole, course_id: int, *, at: datetime) -> None:
    """Note that a look is over, and how long it was; once."""
    with db.session.begin():
        look = db.session.get(ConsoleLook, look_id, with_for_update=True)
        if look is None or look.ended_at is not None:
            return
        look.ended_at = at
        audit.record(
            db.session,
            AuditTag.CONSOLE_LOOK_ENDED,
            target=db.session.get(User, console.user_id),
            course_id=course_id,
            actor_id=look.by_id,
            details={"console_id": console.id, "seconds": round((at - look.began_at).total_seconds())},
        )


def send_hint(console: ListedConsole, course_id: int, text: str, *, by_id: int, at: datetime) -> None:
    """Keep a hint for a student; it stands in the page of the activity until the student puts it away."""
    with db.session.begin():
        db.session.add(
            ConsoleHint(
                assignment_id=console.assignment_id, user_id=console.user_id, by_id=by_id, text=text, sent_at=at
            )
        )
        audit.record(
            db.session,
            AuditTag.CONSOLE_HINTED,
            target=db.session.get_one(User, console.user_id),
            course_id=course_id,
            details={"assignment_id": console.assignment_id, "text": text},
        )


def dismiss_hint(hint_id: int, user_id: int, *, at: datetime) -> None:
    """Put a hint away; who puts it away twice changes nothing.

    Raises:
        NotFound: nobody sent this hint to this person.
    """
    with db.session.begin():
        hint = ConsoleHint.get_own(db.session, hint_id, user_id)
        if hint is None:
            raise NotFound
        hint.dismissed_at = hint.dismissed_at or at


def note_stops(consoles: Sequence[ListedConsole], course_id: int, reason: str) -> None:
    """Note which programs somebody is about to stop, and why: each is an entry of its student's."""
    with db.session.begin():
        for console in consoles:
            audit.record(
                db.session,
                AuditTag.CONSOLE_STOPPED,
                target=db.session.get_one(User, console.user_id),
                course_id=course_id,
                details={"console_id": console.id, "reason": reason},
            )
