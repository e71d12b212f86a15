"""The members of a course: adding, confirming, changing, removing, putting back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.models import Enrolment, Section, User
from etude.models.course import CourseRole, roster
from etude.models.submission.rescoring import describe, rescore_member
from etude.models.user.operations import free_login

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who is to be enrolled, by user name or e-mail address, and as what."""

    login: str
    role: CourseRole
    section_id: int | None = None


def _member(enrolment_id: int, *, deleted: bool = False) -> Enrolment:
    member = roster.get_member(db.session, enrolment_id, deleted=deleted)
    if member is None:
        raise NotFound
    return member


def add_student(
    course_id: int, given_name: str, family_name: str, *, section_id: int | None, at: datetime
) -> Enrolment:
    """Make an account for one new student and enrol it: an own student from the start."""
    with db.session.begin():
        section = _section_of(course_id, section_id)
        login = free_login(db.session, given_name, family_name)
        user = User(login=login, given_name=given_name, family_name=family_name)
        db.session.add(user)
        db.session.flush()
        audit.record(
            db.session, AuditTag.ACCOUNT_CREATED, target=user, course_id=course_id, details={"name": user.name}
        )
        member = _enrol(course_id, user, CourseRole.STUDENT, section, at)
        _record(member, AuditTag.ENROLMENT_CREATED, {"role": member.role.value}, [member.section_id], at)
        return member


def add_member(course_id: int, asked: NewMember, *, actor_id: int, at: datetime) -> Enrolment:
    """Enrol somebody who has an account. A student is the course's own only when `actor_id` may say so by themselves.

    Raises:
        Refused: no account has this user name, or a student's account was to teach.
        Conflict: the person is in the course already.
    """
    with db.session.begin():
        section = _section_of(course_id, asked.section_id)
        user = User.get_by_login(db.session, asked.login)
        if user is None:
            raise Refused(_("No account has this user name."))
        _refuse_teaching_student(user, asked.role)
        if Enrolment.get_for(db.session, course_id, user.id) is not None:
            raise Conflict(_("This person is in the course already."))
        may_confirm = may_vouch(actor_id, user.id)
        member = _enrol(course_id, user, asked.role, section, at if may_confirm else None)
        _record(member, AuditTag.ENROLMENT_CREATED, {"role": member.role.value}, [member.section_id], at)
        return member


def may_vouch(actor_id: int, user_id: int) -> bool:
    """Tell whether somebody has power over a student's account already: an admin, or a teacher in another course."""
    actor = db.session.get(User, actor_id)
    return actor is not None and (actor.is_admin or roster.is_own_student(db.session, user_id, actor_id))


def confirm(enrolment_id: int, actor_id: int, *, at: datetime) -> str:
    """Make a student the course's own; return the student's name. Confirming twice does no harm.

    Raises:
        NotFound: who asks is neither the student nor an admin.
    """
    with db.session.begin():
        member = _member(enrolment_id)
        actor = db.session.get(User, actor_id)
        if actor is None or not (member.user_id == actor_id or actor.is_admin):
            raise NotFound
        if member.awaits_confirmation:
            member.confirmed_at = at
            details = {"name": member.user.name, "confirmed": True}
            audit.record(
                db.session, AuditTag.ENROLMENT_CHANGED, target=member, course_id=member.course_id, details=details
            )
        return member.user.name


def _refuse_teaching_student(user: User, role: CourseRole) -> None:
    if role is CourseRole.TEACHER and not user.is_staff:
        raise Refused(_("This is a student’s account: it can assist or observe, not teach."))


def _section_of(course_id: int, section_id: int | None) -> Section | None:
    section = db.session.get(Section, section_id) if section_id else None
    if section_id and (section is None or section.is_deleted or section.course_id != course_id):
        raise NotFound
    return section


def _enrol(
    course_id: int, user: User, role: CourseRole, section: Section | None, confirmed_at: datetime | None
) -> Enrolment:
    enrolment = Enrolment(
        course_id=course_id,
        user=user,
        role=role,
        section_id=section.id if section else None,
        confirmed_at=confirmed_at,
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def change_member(enrolment_id: int, role: CourseRole, section_id: int | None, *, at: datetime) -> int:
    """Give a member another role or section; return how many answers have another lateness by the new section's dates.

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
            return 0
        sections = [member.section_id, section_id]
        member.role, member.section_id = role, section.id if section else None
        return _record(member, AuditTag.ENROLMENT_CHANGED, changes, sections, at)


def _record(
    member: Enrolment, tag: AuditTag, changes: Mapping[str, object], sections: list[int | None], at: datetime
) -> int:
    """Give what the member handed in already the points by the dates of these sections, and note all of it."""
    rescored = rescore_member(db.session, member, sections, at)
    details: dict[str, object] = {"name": member.user.name, **changes}
    if rescored:
        details["rescored"] = describe(rescored)
    audit.record(db.session, tag, target=member, course_id=member.course_id, details=details)
    return len(rescored)


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


def restore_member(course_id: int, enrolment_id: int, *, at: datetime) -> str:
    """Put somebody back into the course, with the work and marks that stayed. Return the name.

    The dates of the member's section hold again, also for what was handed in before.

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
        _record(member, AuditTag.ENROLMENT_RESTORED, {}, [member.section_id], at)
        return member.user.name
