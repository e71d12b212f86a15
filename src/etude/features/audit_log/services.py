"""Writes on the audit log itself: that it was exported, and retiring its old beginning."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Refused, _
from etude.extensions import db
from etude.features.audit_log.exporting import json_line
from etude.models import AuditEntry
from etude.models.audit_entry import reading, retiring

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from etude.config import Config
    from etude.models.audit_entry.reading import Wanted

PAGE = 500


def note_export(wanted: Wanted, ending: str) -> Wanted:
    """Note that entries are exported, and which; return the choice without what is written from now on."""
    chosen = {name: str(value) for name, value in asdict(wanted).items() if value}
    newest = AuditEntry.get_last(db.session)
    last_id = newest.id if newest else 0
    with db.session.begin():
        details = {"format": ending, **chosen}
        audit.record(db.session, AuditTag.AUDIT_EXPORTED, course_id=wanted.course_id, details=details)
    return replace(wanted, before_id=min(wanted.before_id or last_id + 1, last_id + 1))


@dataclass(frozen=True, slots=True)
class Retired:
    """What was retired: how many entries, the last one's id and digest; no entries: nothing is old enough."""

    entries: int
    last_id: int
    digest: str


def retire(config: Config, target: Path, *, at: datetime) -> Retired:
    """Write the beginning of the log that is older than `audit_kept_days` to a file, seal it, and remove it.

    The file is on the disk before anything is sealed; it holds names and values, so it is its owner's alone.

    Raises:
        Refused: the chain is broken, or the file exists.
    """
    if AuditEntry.find_break(db.session) is not None:
        raise Refused(_("The chain of the audit log is broken: nothing of it is retired before that is understood."))
    last = retiring.find_last_before(db.session, at - timedelta(days=config.audit_kept_days))
    if last is None:
        return Retired(0, 0, "")
    last_id, digest = last.id, last.digest
    _write(target, last_id)
    with db.session.begin():
        seal = retiring.seal(db.session, db.session.get_one(AuditEntry, last_id), at)
        told = {"entry_id": last_id, "digest": digest, "entries": seal.entries}
        audit.record(db.session, AuditTag.AUDIT_RETIRED, target=seal, details=told)
        entries = seal.entries
    while True:
        with db.session.begin():
            if not retiring.remove_sealed(db.session):
                return Retired(entries, last_id, digest)


def _write(target: Path, last_id: int) -> None:
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(_("There is a file of this name already: %(name)s."), name=str(target)) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        _write_lines(file, last_id)
        file.flush()
        os.fsync(file.fileno())


def _write_lines(file: TextIO, last_id: int) -> None:
    after_id = 0
    while entries := reading.get_following(db.session, after_id, last_id, limit=PAGE):
        file.writelines(json_line(entry) + "\n" for entry in entries)
        after_id = entries[-1].id
