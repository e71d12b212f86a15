"""The accounts of one’s own students: passwords, locks, sign-ins, claims; opening the class for claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.models import Enrolment, User
from etude.models.course import CourseRole, roster
from etude.models.user import passwords
from etude.models.user.operations import end_sessions, forget_password, set_password, unlock

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CARDS = 120
"""Each card costs a hash of 0.13 s: a class of 30 waits 4 s, more than this would time out."""


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


UNCONFIRMED = _(
    "This account was not made for this course. Until the student, signed in, confirms that this is a class of theirs, "
    "its password stays in the hands of the student, of the teacher who made it and of the admin."
)


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one student. `words` are shown once and never stored."""

    name: str
    login: str
    section: str
    words: str


def _student(enrolment_id: int) -> tuple[Enrolment, User]:
    """Return a student of a course with the account locked.

    Raises:
        Refused: it is no student's account: a teacher has no power over the accounts of other staff; or the student has
            not confirmed: otherwise who enrols somebody else's student could take the account over.
    """
    member = roster.get_member(db.session, enrolment_id)
    if member is None:
        raise NotFound
    user = User.get_for_update(db.session, member.user_id)
    if user is None:
        raise NotFound
    if user.is_staff or member.role is not CourseRole.STUDENT:
        raise Refused(_("Only the account of a student of this course can be changed here."))
    if member.awaits_confirmation:
        raise Refused(UNCONFIRMED)
    return member, user


def open_claims(course_id: int, minutes: int, *, at: datetime) -> None:
    """Let students claim their names with the class code for some minutes."""
    with db.session.begin():
        course = roster.lock_course(db.session, course_id)
        if course is None:
            raise NotFound
        if course.is_archived:
            raise Refused(_("This course is archived: nobody can join it."))
        until = at + timedelta(minutes=minutes)
        roster.open_claims(course, until)
        details = {"claims_open_until": until.isoformat()}
        audit.record(db.session, AuditTag.COURSE_UPDATED, target=course, course_id=course_id, details=details)


def close_claims(course_id: int) -> None:
    """Let nobody claim a name any more."""
    with db.session.begin():
        course = roster.lock_course(db.session, course_id)
        if course is None:
            raise NotFound
        roster.open_claims(course, None)
        details = {"claims_open_until": ""}
        audit.record(db.session, AuditTag.COURSE_UPDATED, target=course, course_id=course_id, details=details)


def renew_class_code(course_id: int) -> None:
    """Give the course another class code; the old one opens nothing any more."""
    with db.session.begin():
        course = roster.lock_course(db.session, course_id)
        if course is None:
            raise NotFound
        roster.renew_class_code(db.session, course)
        details = {"class_code": "renewed"}
        audit.record(db.session, AuditTag.COURSE_UPDATED, target=course, course_id=course_id, details=details)


def undo_claim(enrolment_id: int, *, at: datetime) -> str:
    """Make a name claimable again: whoever claimed it is signed out everywhere. Return the student's name."""
    with db.session.begin():
        member, user = _student(enrolment_id)
        if user.password_hash is None:
            raise Conflict(_("Nobody has claimed this name."))
        forget_password(db.session, user, at=at)
        audit.record(db.session, AuditTag.ACCOUNT_CLAIM_UNDONE, target=user, course_id=member.course_id)
        return user.name


def make_one_time_password(enrolment_id: int, epoch: int, locale: str, *, at: datetime) -> Card:
    """Give a student a new three-word password, good once; return it: it is shown once.

    Args:
        enrolment_id: the student's.
        epoch: the account's, as the page that asked saw it.
        locale: the language of the words.
        at: now.

    Raises:
        Conflict: the password was changed since the page was made; a reload must not make another.
    """
    words = passwords.three_words(locale)
    password_hash = passwords.make_hash(words)
    with db.session.begin():
        member, user = _student(enrolment_id)
        if user.session_epoch != epoch:
            raise Conflict(_("The password was changed since this page was made. Reload it to see how it stands."))
        set_password(db.session, user, password_hash, at=at, is_one_time=True)
        audit.record(db.session, AuditTag.PASSWORD_RESET, target=user, course_id=member.course_id)
        return Card(user.name, user.login, member.section.name if member.section else "", words)


def make_cards(course_id: int, enrolment_ids: Sequence[int], locale: str, *, at: datetime) -> list[Card]:
    """Give several students a new three-word password each; return the cards, by family name.

    Raises:
        Refused: there are more than MAX_CARDS.
    """
    if len(enrolment_ids) > MAX_CARDS:
        raise Refused(_("At most %(count)s cards can be made at once. Choose a section."), count=MAX_CARDS)
    words = {enrolment_id: passwords.three_words(locale) for enrolment_id in enrolment_ids}
    hashes = {enrolment_id: passwords.make_hash(text) for enrolment_id, text in words.items()}
    with db.session.begin():
        cards = []
        for member in roster.get_students(db.session, course_id, enrolment_ids):
            set_password(db.session, member.user, hashes[member.id], at=at, is_one_time=True)
            audit.record(db.session, AuditTag.PASSWORD_RESET, target=member.user, course_id=course_id)
            section = member.section.name if member.section else ""
            cards.append(Card(member.user.name, member.user.login, section, words[member.id]))
        return cards


def unlock_student(enrolment_id: int) -> str:
    """Lift the lock of a student's account; return the name."""
    with db.session.begin():
        member, user = _student(enrolment_id)
        unlock(db.session, user)
        audit.record(db.session, AuditTag.ACCOUNT_UNLOCKED, target=user, course_id=member.course_id)
        return user.name


def end_student_sessions(enrolment_id: int, *, at: datetime) -> str:
    """Sign a student out on every device; return the name."""
    with db.session.begin():
        member, user = _student(enrolment_id)
        end_sessions(db.session, user, at)
        audit.record(db.session, AuditTag.SESSION_REVOKED, target=user, course_id=member.course_id)
        return user.name
