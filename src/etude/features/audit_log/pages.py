"""A page of the audit log as plain values: sentences, names, details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from etude.extensions import db
from etude.features.audit_log import sentences
from etude.models import User
from etude.models.audit_entry import reading
from etude.models.course import roster

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.models import AuditEntry

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One act."""

    id: int
    at: datetime
    text: str
    tag: str
    course: str
    details: Sequence[tuple[str, str]]
    was_erased: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """Which acts are shown: of one tag, of or about one person, in one course; all when empty."""

    tag: str = ""
    person_id: int | None = None
    course_id: int | None = None
    before_id: int | None = None


def get_page(wanted: Filter) -> tuple[list[Line], int | None]:
    """Return a page of acts, newest first, and the id before which the next page begins; None at the end.

    Five queries whatever the rows: acts, details, accounts, courses, enrolments.
    """
    entries = reading.get_page(
        db.session,
        reading.Wanted(wanted.tag, wanted.person_id, wanted.course_id, wanted.before_id),
        limit=PAGE_SIZE + 1,
    )
    shown = entries[:PAGE_SIZE]
    names = _names(shown)
    courses = roster.get_course_codes(db.session, {e.course_id for e in shown if e.course_id}) if shown else {}
    lines = [_line(entry, names, courses) for entry in shown]
    return lines, shown[-1].id if len(entries) > PAGE_SIZE else None


def _names(entries: Sequence[AuditEntry]) -> dict[tuple[str, int], str]:
    """Return the names of everybody that these acts are by or about, by table and id."""
    enrolment_ids = {e.target_id for e in entries if e.target_type == "enrolment" and e.target_id}
    enrolled = roster.get_user_ids(db.session, enrolment_ids) if enrolment_ids else {}
    user_ids = {e.actor_id for e in entries if e.actor_id}
    user_ids |= {e.target_id for e in entries if e.target_type == "user" and e.target_id}
    users = User.get_names(db.session, user_ids | set(enrolled.values()))
    names = {("user", user_id): name for user_id, name in users.items()}
    return names | {("enrolment", key): users.get(user_id, "") for key, user_id in enrolled.items()}


def _line(entry: AuditEntry, names: dict[tuple[str, int], str], courses: dict[int, str]) -> Line:
    document = entry.detail.document if entry.detail else {}
    actor = names.get(("user", entry.actor_id or 0)) or (_("Somebody") if entry.actor_id else _("Étude itself"))
    target = names.get((entry.target_type, entry.target_id or 0)) or str(document.get("name") or "")
    if not target:
        target = f"{entry.target_type} {entry.target_id}" if entry.target_id else _("an unknown account")
    return Line(
        id=entry.id,
        at=entry.at,
        text=sentences.sentence(entry.tag, {"actor": actor, "target": target}),
        tag=entry.tag,
        course=courses.get(entry.course_id or 0, ""),
        details=[(sentences.detail_label(key), sentences.detail_text(value)) for key, value in document.items()],
        was_erased=entry.detail is None and bool(entry.detail_digest),
    )
