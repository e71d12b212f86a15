"""Who may read a student's work: its author, and the course's staff with the right, in their own section.

Whoever is let in and is not the author is noted in the audit log, here and nowhere else, so that no page can forget it.
"""

from __future__ import annotations

from flask import current_app
from flask_login import current_user

from etude import audit
from etude.audit import AuditTag
from etude.core import clock
from etude.core.caching import MemoryCache
from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import Enrolment, Submission, User
from etude.permissions import Permission, scope

ONE_LOOK_S = 3600
"""Whoever opens the same work again in the same hour is looking on: one entry, so that people can read the log."""
LOOKS = "etude_looks"


def load_readable(submission_id: int) -> Submission:
    """Return a submission that the signed-in person may read, with author, answer, assignment and course loaded.

    The route's guard has found the course; a submission of somebody else needs SUBMISSION_VIEW_OTHERS, which observers
    do not have, and, for those who are bound to a section, an author in it. Such a look is audited before anything is
    shown.

    Raises:
        NotFound: there is no such submission for this person.
    """
    found = _get(submission_id)
    if found.user_id == current_user.id:
        return found
    if not may_read_work_of(found.user_id):
        raise NotFound
    if note_look(found.user_id, submission_id=submission_id):
        return _get(submission_id)  # a transaction was made: rows that were read before it are stale
    return found


def may_read_work_of(user_id: int) -> bool:
    """Tell whether the signed-in person may read what this member of the course works on."""
    here = scope()
    if user_id == current_user.id:
        return True
    if not here.may(Permission.SUBMISSION_VIEW_OTHERS):
        return False
    if here.section_id is None:
        return True
    enrolment = Enrolment.get_for(db.session, here.course.id, user_id)
    return enrolment is not None and enrolment.section_id == here.section_id


def note_look(user_id: int, **what: int) -> bool:
    """Note in the audit log that the signed-in person opens somebody's work; tell whether it had to be written.

    `what` names the work by ids: `submission_id`, or `assignment_id` for its drafts. The same look in the same hour is
    noted once in this process; a restart may note it twice. One short transaction of its own: rows read before are
    stale when this returns True.
    """
    actor_id, course_id, is_written = int(current_user.id), scope().course.id, False

    def write() -> None:
        nonlocal is_written
        with db.session.begin():
            author = db.session.get_one(User, user_id)
            audit.record(db.session, AuditTag.SUBMISSION_VIEWED, target=author, course_id=course_id, details=what)
        is_written = True

    hour = int(clock.now().timestamp() // ONE_LOOK_S)
    _looks().get_or_make((actor_id, user_id, hour, *what.items()), write)
    return is_written


def _looks() -> MemoryCache:
    """Return what was noted lately, by person, work and hour."""
    looks: MemoryCache = current_app.extensions.setdefault(LOOKS, MemoryCache(size=20_000, ttl_s=ONE_LOOK_S))
    return looks


def _get(submission_id: int) -> Submission:
    found = Submission.get_with_answer(db.session, submission_id)
    if found is None or found.assignment.is_deleted:
        raise NotFound
    return found
