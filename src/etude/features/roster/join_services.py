"""Claiming a name: a student becomes the owner of an account that the roster made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound
from etude.extensions import db
from etude.models import Course, User
from etude.models.course import CourseRole, roster
from etude.models.user import passwords
from etude.models.user.operations import SignedIn, Visitor, set_password
from etude.web.entering import let_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.models import Enrolment


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


CLOSED = _("This code opens no class at the moment. Check the letters, or ask your teacher to open it.")
TAKEN = _("Somebody has just taken this name. If it is yours, tell your teacher, who can undo it at once.")


@dataclass(frozen=True, slots=True)
class OpenClass:
    """A course that takes claims, and the names that are still free."""

    course: Course
    free: Sequence[Enrolment]

    def find(self, place_id: int | None) -> Enrolment | None:
        """Return the free name of this number, if it is free."""
        return next((member for member in self.free if member.id == place_id), None)


def find_class(class_code: str, *, at: datetime) -> OpenClass:
    """Return the class that a code opens now, with its free names by family name.

    Raises:
        NotFound: there is none, or it takes no claims; the two are not told apart.
    """
    course = Course.get_by_class_code(db.session, class_code)
    if course is None or not course.takes_claims(at):
        raise NotFound(CLOSED)
    return OpenClass(course, roster.get_unclaimed(db.session, course.id))


def claim(class_code: str, place_id: int, password: str, *, visitor: Visitor, at: datetime) -> SignedIn:
    """Give a free name its password and sign the student in. Of two who claim it at once one is told so.

    Raises:
        NotFound: the class does not take claims any more.
        Conflict: the name was taken meanwhile.
    """
    password_hash = passwords.make_hash(password)
    with db.session.begin():
        course = Course.get_by_class_code(db.session, class_code)
        if course is None or not course.takes_claims(at):
            raise NotFound(CLOSED)
        member = roster.get_member(db.session, place_id)
        if member is None or member.course_id != course.id or member.role is not CourseRole.STUDENT:
            raise NotFound(CLOSED)
        if member.awaits_confirmation:
            raise NotFound(CLOSED)  # its name was not offered
        # The row is locked and read again: whoever comes second finds a password.
        user = User.get_for_update(db.session, member.user_id)
        if user is None or not user.is_claimable:
            raise Conflict(TAKEN)
        set_password(db.session, user, password_hash, at=at, is_one_time=False)
        audit.record(db.session, AuditTag.ACCOUNT_CLAIMED, target=user, course_id=course.id, actor_id=user.id)
        return let_in(db.session, user, visitor, at=at)
