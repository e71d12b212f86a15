"""The class list: adding, changing, removing members; passwords and locks of one’s own students; claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.models import Enrolment, Section, User
from etude.models.course import CourseRole, roster
from etude.models.user import passwords
from etude.models.user.operations import end_sessions, forget_password, free_login, set_password, unlock

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CARDS = 120
"""Each card costs a hash of 0.13 s: a class of 30 waits 4 s, more than this would time out."""


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one student. `words` are shown once and never stored."""

    name: str
    login: str
    section: str
    words: str


def _member(enrolment_id: int, *, deleted: bool = False) -> Enrolment:
    member = roster.get_member(db.session, enrolment_id, deleted=deleted)
    if member is None:
        raise NotFound
    return member


def _student(enrolment_id: int) -> tuple[Enrolment, User]:
    """Return a student of a course with the account locked.

    Raises:
        Refused: it is no student's account: a teacher has no power over the accounts of other staff.
    """
    member = _member(enrolment_id)
    user = User.get_for_update(db.session, member.user_id)
    if user is None:
        raise NotFound
    if user.is_staff or member.role is not CourseRole.STUDENT:
        raise Refused(_("Only the account of a student of this course can be changed here."))
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


def add_student(course_id: int, given_name: str, family_name: str, *, section_id: int | None) -> Enrolment:
    """Make an account for one new student and enrol it."""
    with db.session.begin():
        section = _section_of(course_id, section_id)
        login = free_login(db.session, given_name, family_name)
        user = User(login=login, given_name=given_name, family_name=family_name)
        db.session.add(user)
        db.session.flush()
        audit.record(
            db.session, AuditTag.ACCOUNT_CREATED, target=user, course_id=course_id, details={"name": user.name}
        )
        return _enrol(course_id, user, CourseRole.STUDENT, section)


def add_member(course_id: int, login: str, role: CourseRole, *, section_id: int | None) -> Enrolment:
    """Enrol somebody who has an account.

    Raises:
        Refused: no account has this user name, or a student's account was to teach.
        Conflict: the person is in the course already.
    """
    with db.session.begin():
        section = _section_of(course_id, section_id)
        user = User.get_by_login(db.session, login)
        if user is None:
            raise Refused(_("No account has this user name."))
        _refuse_teaching_student(user, role)
        if Enrolment.get_for(db.session, course_id, user.id) is not None:
            raise Conflict(_("This person is in the course already."))
        return _enrol(course_id, user, role, section)


def _refuse_teaching_student(user: User, role: CourseRole) -> None:
    if role is CourseRole.TEACHER and not user.is_staff:
        raise Refused(_("This is a student’s account: it can assist or observe, not teach."))


def _section_of(course_id: int, section_id: int | None) -> Section | None:
    section = db.session.get(Section, section_id) if section_id else None
    if section_id and (section is None or section.is_deleted or section.course_id != course_id):
        raise NotFound
    return section


def _enrol(course_id: int, user: User, role: CourseRole, section: Section | None) -> Enrolment:
    enrolment = Enrolment(
        course_id=course_id, user_id=user.id, role=role, section_id=section.id if section else None
    )  # fmt: skip
    db.session.add(enrolment)
    db.session.flush()
    details = {"name": user.name, "role": role.value}
    audit.record(db.session, AuditTag.ENROLMENT_CREATED, target=enrolment, course_id=course_id, details=details)
    return enrolment


def change_member(enrolment_id: int, role: CourseRole, section_id: int | None) -> None:
    """Give a member another role or section.

    Raises:
        Refused: the course would be left without a teacher, or a student's account was to teach.
    """
    with db.session.begin():
        member = _member(enrolment_id)
        roster.lock_course(db.session, member.course_id)
        section = _section_of(member.course_id, section_id)
        if role is not member.role:
            _refuse_teaching_student(member.user, role)
            _keep_a_teacher(member)
        pairs: dict[str, list[object]] = {
            "role": [member.role.value, role.value],
            "section_id": [member.section_id, section_id],
        }
        changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        if not changes:
            return
        member.role, member.section_id = role, section.id if section else None
        details = {"name": member.user.name, **changes}
        audit.record(
            db.session, AuditTag.ENROLMENT_CHANGED, target=member, course_id=member.course_id, details=details
        )  # fmt: skip


def _keep_a_teacher(member: Enrolment) -> None:
    if member.role is CourseRole.TEACHER and roster.count_teachers(db.session, member.course_id) == 1:
        raise Refused(_("A course keeps at least one teacher. Add another one first."))


def remove_member(enrolment_id: int, by_id: int, *, at: datetime) -> str:
    """Take somebody out of the course; work and marks stay, and the person can be put back. Return the name.

    Raises:
        Refused: it is the course's last teacher.
    """
    with db.session.begin():
        member = _member(enrolment_id)
        roster.lock_course(db.session, member.course_id)
        _keep_a_teacher(member)
        member.delete(at, by_id)
        details = {"name": member.user.name}
        audit.record(
            db.session, AuditTag.ENROLMENT_DELETED, target=member, course_id=member.course_id, details=details
        )  # fmt: skip
        return member.user.name


def restore_member(course_id: int, enrolment_id: int) -> str:
    """Put somebody back into the course, with the work and marks that stayed. Return the name.

    Raises:
        NotFound: nobody of this number was taken out of this course.
        Conflict: the person was added anew meanwhile.
    """
    with db.session.begin():
        member = _member(enrolment_id, deleted=True)
        if member.course_id != course_id:
            raise NotFound
        roster.lock_course(db.session, member.course_id)
        if Enrolment.get_for(db.session, member.course_id, member.user_id) is not None:
            raise Conflict(_("This person is in the course already."))
        member.restore()
        details = {"name": member.user.name}
        audit.record(
            db.session, AuditTag.ENROLMENT_RESTORED, target=member, course_id=member.course_id, details=details
        )  # fmt: skip
        return member.user.name
