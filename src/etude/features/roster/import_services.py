"""Importing names: plan, confirm, undo."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.features.roster.member_services import may_vouch
from etude.features.roster.planning import NEW, Fate, Plan, PlannedName, make_plan
from etude.features.roster.reading import Order, Reading, read_names
from etude.models import Enrolment, RosterImport, Section, User
from etude.models.course import CourseRole, roster
from etude.models.submission.rescoring import describe, rescore_member

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """A list of names as it was pasted, how to read it, and which accounts are meant."""

    text: str
    order: Order = Order.GIVEN_FIRST
    section: str = ""
    digest: str = ""
    choices: Mapping[int, str] = field(default_factory=dict)

    def read(self) -> Reading:
        """Return the names, those without a section in the one that the form says."""
        found = read_names(self.text, self.order)
        names = tuple(replace(line, section=line.section or self.section) for line in found.names)
        return replace(found, names=names)


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: how many left the course, and how many stay because they have used their account."""

    removed: int
    kept: int


def plan_import(course_id: int, request: ImportRequest) -> Plan:
    """Return what an import would make, as things stand now; nothing is written."""
    return make_plan(db.session, course_id, request.read())


def confirm_import(course_id: int, actor_id: int, request: ImportRequest, *, at: datetime) -> int | None:
    """Make exactly what was shown; return how many were enrolled, or None when the plan is no longer the one shown.

    Raises:
        NotFound: the course is gone.
    """
    reading = request.read()
    with db.session.begin():
        if roster.lock_course(db.session, course_id) is None:
            raise NotFound
        plan = make_plan(db.session, course_id, reading)
        if plan.digest != request.digest or plan.makes_nothing:
            return None
        batch = RosterImport(course_id=course_id, made_by_id=actor_id, made_at=at)
        db.session.add(batch)
        db.session.flush()
        return _carry_out(plan, batch, request.choices, actor_id)


def _carry_out(plan: Plan, batch: RosterImport, choices: Mapping[int, str], actor_id: int) -> int:
    sections: dict[str, int | None] = {"": None}
    made: dict[str, list[int]] = {"users": [], "sections": []}
    count = 0
    for name in plan.names:
        if name.fate is Fate.PRESENT:
            continue
        if name.line.section not in sections:
            sections[name.line.section] = _section_id(batch.course_id, name.line.section, made)
        known_id = _account_of(name, choices)
        user_id = known_id or _make_account(name, made)
        is_own = known_id is None or may_vouch(actor_id, known_id)
        enrolment = Enrolment(
            course_id=batch.course_id,
            user_id=user_id,
            section_id=sections[name.line.section],
            import_id=batch.id,
            role=CourseRole.STUDENT,
            confirmed_at=batch.made_at if is_own else None,
        )
        db.session.add(enrolment)
        if known_id is not None:
            _tell(enrolment, name, batch.made_at)
        count += 1
    db.session.flush()
    batch.account_count, batch.made = len(made["users"]), made
    details = {"enrolments": count, "accounts": len(made["users"]), "sections": list(plan.new_sections)}
    audit.record(
        db.session, AuditTag.ROSTER_IMPORTED, target=batch, course_id=batch.course_id, details=details
    )  # fmt: skip
    return count


def _tell(enrolment: Enrolment, name: PlannedName, at: datetime) -> None:
    """Tell the audit log of an account that was there before; of those that were made the import itself tells.

    Somebody who comes back may have handed in before: the section's dates hold for that, too.
    """
    rescored = rescore_member(db.session, enrolment, [enrolment.section_id], at)
    name_there = f"{name.line.given_name} {name.line.family_name}".strip()
    details: dict[str, object] = {"name": name_there, "role": enrolment.role.value}
    if rescored:
        details["rescored"] = describe(rescored)
    audit.record(
        db.session, AuditTag.ENROLMENT_CREATED, target=enrolment, course_id=enrolment.course_id, details=details
    )


def _section_id(course_id: int, name: str, made: dict[str, list[int]]) -> int | None:
    section, is_new = roster.find_section(db.session, course_id, name)
    if section is not None and is_new:
        made["sections"].append(section.id)
    return section.id if section else None


def _account_of(name: PlannedName, choices: Mapping[int, str]) -> int | None:
    """Return the account that was chosen for a known name; None is a new one. What was not offered is not taken."""
    choice = choices.get(name.line.number, name.choice)
    if name.fate is not Fate.KNOWN or choice == NEW:
        return None
    offered = {str(user_id): user_id for user_id, _login in name.known}
    if choice not in offered:
        raise Refused(_("One of the choices was not among those offered."))
    return offered[choice]


def _make_account(name: PlannedName, made: dict[str, list[int]]) -> int:
    user = User(login=name.login, given_name=name.line.given_name, family_name=name.line.family_name)
    db.session.add(user)
    db.session.flush()
    made["users"].append(user.id)
    return user.id


def undo_import(course_id: int, import_id: int, actor_id: int, *, at: datetime) -> Undone:
    """Take back an import: its enrolments, and the accounts and sections that it made and nobody has used.

    Raises:
        NotFound: the course has no such import.
        Conflict: it was undone already.
    """
    with db.session.begin():
        roster.lock_course(db.session, course_id)
        batch = db.session.get(RosterImport, import_id)
        if batch is None or batch.course_id != course_id:
            raise NotFound
        if batch.undone_at is not None:
            raise Conflict(_("This import was undone already."))
        batch.undone_at = at
        done = _take_back(batch, actor_id, at)
        details = {"enrolments": done.removed, "kept": done.kept}
        audit.record(db.session, AuditTag.ROSTER_UNDONE, target=batch, course_id=course_id, details=details)
        return done


def _take_back(batch: RosterImport, actor_id: int, at: datetime) -> Undone:
    made_users = set(batch.made.get("users", []))
    removed = kept = 0
    for member in roster.get_imported(db.session, batch.id):
        is_new = member.user_id in made_users
        if is_new and (member.user.claimed_at is not None or member.user.last_seen_at is not None):
            kept += 1
            continue
        member.delete(at, actor_id)
        removed += 1
        db.session.flush()
        if is_new and not roster.is_enrolled_anywhere(db.session, member.user_id):
            member.user.delete(at, actor_id)
    for section_id in batch.made.get("sections", []):
        section = db.session.get(Section, section_id)
        if section is not None and not roster.count_class(db.session, batch.course_id, section_id=section_id):
            section.delete(at, actor_id)
    return Undone(removed, kept)
