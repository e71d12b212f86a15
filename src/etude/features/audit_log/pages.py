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
    from etude.models.audit_entry.reading import Wanted

PAGE_SIZE = 50


HIDDEN_FROM_OTHERS = frozenset({"address", "browser"})
"""What an entry says of who did something, and not of the one it was done to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `target` is kind and number of what it was done to; the kind is "" for nothing."""

    id: int
    at: datetime
    text: str
    tag: str
    actor: str
    course: str
    target: tuple[str, int | None]
    target_label: str
    details: Sequence[tuple[str, str]]
    was_erased: bool


def get_page(wanted: Wanted, *, size: int = PAGE_SIZE, reader_id: int | None = None) -> tuple[list[Line], int | None]:
    """Return a page of acts, newest first, and the id before which the next page begins; None at the end.

    Five queries whatever the rows: acts, details, accounts, courses, enrolments. A `reader_id` is that of the person
    whose own page it is: from where others acted is left out.
    """
    entries = reading.get_page(db.session, wanted, limit=size + 1)
    shown = entries[:size]
    return get_lines(shown, reader_id), shown[-1].id if len(entries) > size else None


def get_lines(entries: Sequence[AuditEntry], reader_id: int | None = None) -> list[Line]:
    """Return entries, their details loaded, as people read them."""
    names = _names(entries)
    course_ids = {entry.course_id for entry in entries if entry.course_id}
    courses = roster.get_course_codes(db.session, course_ids) if entries else {}
    return [_line(entry, names, courses, reader_id) for entry in entries]


def _names(entries: Sequence[AuditEntry]) -> dict[tuple[str, int], str]:
    """Return the names of everybody that these acts are by or about, by table and id."""
    enrolment_ids = {e.target_id for e in entries if e.target_type == "enrolment" and e.target_id}
    enrolled = roster.get_user_ids(db.session, enrolment_ids) if enrolment_ids else {}
    user_ids = {e.actor_id for e in entries if e.actor_id}
    user_ids |= {e.target_id for e in entries if e.target_type == "user" and e.target_id}
    users = User.get_names(db.session, user_ids | set(enrolled.values()))
    names = {("user", user_id): name for user_id, name in users.items()}
    return names | {("enrolment", key): users.get(user_id, "") for key, user_id in enrolled.items()}


def _line(entry: AuditEntry, names: dict[tuple[str, int], str], courses: dict[int, str], reader_id: int | None) -> Line:
    document = entry.detail.document if entry.detail else {}
    actor = names.get(("user", entry.actor_id or 0)) or (_("Somebody") if entry.actor_id else _("Étude itself"))
    target = names.get((entry.target_type, entry.target_id or 0)) or str(document.get("name") or "")
    if not target:
        target = sentences.target_label(entry.target_type, entry.target_id) or _("an unknown account")
    hidden = HIDDEN_FROM_OTHERS if reader_id is not None and entry.actor_id not in (None, reader_id) else frozenset()
    told = {key: value for key, value in document.items() if key not in hidden and value not in ("", [], {})}
    return Line(
        id=entry.id,
        at=entry.at,
        text=sentences.sentence(entry.tag, {"actor": actor, "target": target}),
        tag=entry.tag,
        actor=actor,
        course=courses.get(entry.course_id or 0, ""),
        target=(entry.target_type, entry.target_id),
        target_label=sentences.target_label(entry.target_type, entry.target_id),
        details=[(sentences.detail_label(key), sentences.detail_text(value)) for key, value in told.items()],
        was_erased=entry.detail is None and bool(entry.detail_digest),
    )
