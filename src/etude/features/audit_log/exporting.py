"""The audit log as a file: a table for spreadsheets, or JSON lines; in pieces, so that it needs little memory."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from etude.extensions import db
from etude.features.audit_log import pages
from etude.models.audit_entry import reading
from etude.web import spreadsheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.features.audit_log.pages import Line
    from etude.models import AuditEntry
    from etude.models.audit_entry.reading import Wanted

PIECE = 500


def json_line(entry: AuditEntry) -> str:
    """Return an entry, its detail loaded, as one line without its end: what a machine reads, digests included.

    The salt of the details is left out: what was exported before a person was erased proves nothing about the person.
    """
    values = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "tag": entry.tag,
        "actor_id": entry.actor_id,
        "course_id": entry.course_id,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "fields": entry.fields,
        "request_id": entry.request_id,
        "details": entry.detail.document if entry.detail else None,
        "detail_digest": entry.detail_digest,
        "previous_digest": entry.previous_digest,
        "digest": entry.digest,
    }
    return json.dumps(values, ensure_ascii=False)


def json_lines(wanted: Wanted) -> Iterator[bytes]:
    """Yield the entries as JSON lines, newest first."""
    while entries := reading.get_page(db.session, wanted, limit=PIECE):
        yield "".join(json_line(entry) + "\n" for entry in entries).encode()
        wanted = replace(wanted, before_id=entries[-1].id)


def table(wanted: Wanted, locale: str) -> Iterator[bytes]:
    """Yield the entries as rows of a spreadsheet, newest first; what people typed is no formula there."""
    head = [_("Number"), _("Time (UTC)"), _("Who"), _("What"), _("Course"), _("Done to"), _("Details"), _("Tag")]
    yield spreadsheet.write_csv([head], locale)
    while entries := reading.get_page(db.session, wanted, limit=PIECE):
        yield spreadsheet.csv_rows([_row(line) for line in pages.get_lines(entries)], locale)
        wanted = replace(wanted, before_id=entries[-1].id)


def _row(line: Line) -> list[str]:
    details = "; ".join(f"{key}: {value}" for key, value in line.details)
    texts = (line.actor, line.text, line.course, line.target_label, details, line.tag)
    return [str(line.id), f"{line.at:%Y-%m-%d %H:%M:%S}", *(spreadsheet.safe(text) for text in texts)]
