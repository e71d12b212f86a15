"""Proving a backup: what a restore does, from the real bytes into a scratch folder, compared, and a sign-in tried."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from etude.core import schema
from etude.core.db import UnitOfWorkSession, tune_sqlite
from etude.core.errors import Notice, Refused, _
from etude.features.backups import postgres, reading
from etude.features.backups.archive import CHUNK, DATABASE, LISTING, count_rows, hash_file
from etude.features.backups.scratch import scratch_folder
from etude.models import AuditEntry, User
from etude.models.user import SchoolRole, passwords

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from etude.features.backups.archive import Manifest

TRIED_LOGIN = "etude-tries-this-backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification found; no faults means that a restore of this file works."""

    manifest: Manifest | None
    faults: list[Notice] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Tell whether the backup can be trusted."""
        return self.manifest is not None and not self.faults


def verify(path: Path, identities: Sequence[str] = ()) -> Report:
    """Restore a backup into a scratch folder, check it against its manifest, and throw the scratch away.

    The handed-in files are read and compared one by one, so that a large school needs no room for all of them twice.
    """
    manifest: Manifest | None = None
    faults: list[Notice] = []
    beside = path.parent if os.access(path.parent, os.W_OK) else None  # a backup may lie on a stick that is locked
    with scratch_folder(beside, ".checking-") as scratch:
        try:
            manifest = reading.read_manifest(path, identities)
            reading.unpack(path, scratch, _comparing(faults), identities)
            faults += _faults(manifest, scratch)
        except Refused as error:
            faults.append(Notice(error.sentence, error.values))
        except (*reading.UNREADABLE, sa.exc.DatabaseError) as error:
            values = {"reason": f"{type(error).__name__}: {error}"}
            faults.append(Notice(_("it cannot be unpacked (%(reason)s)"), values))
    return Report(manifest=manifest, faults=faults)


def _comparing(faults: list[Notice]) -> reading.Keep:
    """Return what compares each file with its hash and its size; one that is damaged is told and the rest go on."""

    def compare(name: str, size_bytes: int, file: IO[bytes]) -> None:
        digest, read_bytes = hashlib.sha256(), 0
        try:
            while (chunk := file.read(CHUNK)) and read_bytes <= size_bytes:
                digest.update(chunk)
                read_bytes += len(chunk)
        except reading.UNREADABLE:
            read_bytes = -1
        if read_bytes != size_bytes or digest.hexdigest() != name:
            faults.append(Notice(reading.DAMAGED_FILE, {"name": name}))

    return compare


def _faults(manifest: Manifest, folder: Path) -> Iterator[Notice]:
    database = folder / DATABASE
    if hash_file(database) != manifest.database_sha256:
        yield Notice(_("the database differs from what was backed up"))
    if (folder / LISTING).exists() and hash_file(folder / LISTING) != manifest.parts.get(LISTING):
        yield Notice(_("the list of handed-in files differs from what was backed up"))
    if manifest.database_kind == "sqlite":
        yield from _sqlite_faults(manifest, database)
    else:
        yield from postgres.dump_faults(database, manifest.rows)


def _sqlite_faults(manifest: Manifest, database: Path) -> Iterator[Notice]:
    engine = sa.create_engine(f"sqlite:///{database}")
    tune_sqlite(engine)
    try:
        with engine.connect() as connection:
            integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if integrity != "ok":
                yield Notice(_("the database is damaged: %(said)s"), {"said": integrity})
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                yield Notice(_("%(count)s rows refer to rows that are missing"), {"count": len(broken)})
        if count_rows(engine) != manifest.rows:
            yield Notice(_("the number of rows differs from what was backed up"))
        if not schema.is_up_to_date(engine):  # an older one is of use only if it can be brought up to date
            schema.upgrade(engine)
        with sa.orm.Session(engine) as session:
            if (entry_id := AuditEntry.find_break(session)) is not None:
                yield Notice(_("the chain of the audit log breaks at entry %(id)s"), {"id": entry_id})
            elif manifest.audit_head and not AuditEntry.has_head(session, manifest.audit_head):
                yield Notice(_("the audit log is not the one that was backed up"))
        if not _can_sign_in(engine):
            yield Notice(_("nobody could sign in to what was restored"))
    finally:
        engine.dispose()


@cache
def _tried_password() -> tuple[str, str]:
    """Return a password that is drawn once for this process, and its hash, which is slow to make."""
    password = secrets.token_urlsafe(24)
    return password, passwords.make_hash(password)


def _can_sign_in(engine: sa.Engine) -> bool:
    """Try to sign in to the scratch copy: with an account that is added to it, as every account signs in."""
    password, password_hash = _tried_password()
    with UnitOfWorkSession(engine) as session, session.begin():
        person = {"given_name": "Étude", "family_name": "Étude", "school_role": SchoolRole.STUDENT}
        session.add(User(login=TRIED_LOGIN, password_hash=password_hash, **person))
    with UnitOfWorkSession(engine) as session:
        known = User.get_by_login(session, TRIED_LOGIN)
        return known is not None and passwords.is_right(known.password_hash, password)
