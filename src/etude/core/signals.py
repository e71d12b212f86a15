"""Signals that features use to hear of each other without knowing each other; sent after the commit, never before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blinker import Namespace
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

if TYPE_CHECKING:
    from collections.abc import Callable

_namespace = Namespace()

submission_judged = _namespace.signal("submission-judged")
"""Sent with `submission_id`, `assignment_id`, `course_id`, `user_id` when a verdict or a mark was recorded."""

server_stopping = _namespace.signal("server-stopping")
"""Sent when the web process is told to stop: whoever holds a stream open lets go at once."""

school_changed = _namespace.signal("school-changed")
"""Sent without values when the school's own settings were changed."""

_KEY = "etude_after_commit"


def after_commit(session: Session, call: Callable[[], None], *, key: object = None) -> None:
    """Run `call` once the session's outermost transaction has been committed; forget it when it is rolled back.

    Calls of the same `key` are run once: whoever is woken looks at all there is.
    """
    calls: dict[object, Callable[[], None]] = session.info.setdefault(_KEY, {})
    calls[call if key is None else key] = call


@event.listens_for(Session, "after_commit")
def _send(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for call in session.info.pop(_KEY, {}).values():
        call()


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_KEY, None)
