"""Backups of a running school: making, proving, keeping the last few."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core import logging
from etude.core.errors import Refused, _
from etude.extensions import db
from etude.features.backups import archive, encryption, notes, proving
from etude.features.backups.keeping import Rule
from etude.storage import open_storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from etude.config import Config
    from etude.features.backups.notes import Backup

_log = logging.get(__name__)
CHANGED = _("it differs from the file whose restore was proved")


def create_backup(
    config: Config,
    *,
    at: datetime,
    actor_id: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Backup:
    """Make a backup, prove it by a restore into a scratch folder, drop the oldest; audited either way.

    An encrypted one is encrypted for a throwaway key as well: it proves the real bytes, and is then forgotten.

    Raises:
        ConfigError: the key for backups that is set is none.
        Unavailable: there is not enough space, a tool is missing, or the handed-in files cannot be read.
    """
    recipient = encryption.find_recipient(config)
    throwaway, its_recipient = encryption.make_identity() if recipient else ("", "")
    suffix = encryption.SUFFIX if recipient else ""
    path = config.backups / f"etude-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar{suffix}"
    with alone(config):
        plan = archive.Plan(
            engine=db.engine,
            storage=open_storage(config),
            recipients=(recipient, its_recipient) if recipient else (),
            marks=_commit_content(config, at),
            progress=progress,
            prove=lambda part: notes.write_first(path, **_prove(part, (throwaway,) if recipient else ())),
        )
        manifest = archive.write(path, plan, at=at)
        backup = notes.describe(path)
        if backup.is_proved and manifest.marks:
            _commit_manifest(config, backup, manifest)
    tag = AuditTag.BACKUP_CREATED if backup.is_proved else AuditTag.BACKUP_FAILED
    _record(tag, backup, actor_id)
    if backup.is_proved:
        prune_backups(config)
    else:
        _log.error("backup_faulty", name=backup.name, faults=backup.said_faults())
    return backup


def _commit_content(config: Config, at: datetime) -> dict[str, str]:
    """Bring the school's Git repository up to date and return the commit, for the manifest to name.

    That it fails is told in the log and stops no backup: the repository can be made again from the database.
    """
    from etude.features.backups import history  # noqa: PLC0415  the library is needed once a night

    try:
        return {"commit": history.record_content(config.data, db.engine, at)}
    except Exception as failure:  # noqa: BLE001
        _log.error("history_failed", reason=f"{type(failure).__name__}: {failure}", exc_info=True)
        return {}


def _commit_manifest(config: Config, backup: Backup, manifest: archive.Manifest) -> None:
    """Commit the manifest of a proved backup, which names the commit of the content."""
    from etude.features.backups import history  # noqa: PLC0415

    try:
        history.record_manifest(config.data, backup.name.partition(".")[0], manifest, backup.made_at)
    except OSError as failure:
        _log.error("history_failed", reason=f"{type(failure).__name__}: {failure}", exc_info=True)


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Let one process at a time write backups and the history of a data folder; clear what a killed one left."""
    (config.data / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    with (config.data / "run" / "backup.lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if config.backups.is_dir():
            notes.clear_left(config.backups)
        yield


def verify_backup(config: Config, name: str, *, actor_id: int | None = None, identities: Sequence[str] = ()) -> Backup:
    """Prove a backup again; audited. Without its key, an encrypted one is compared with the bytes that were proved.

    Raises:
        NotFound: there is no such backup.
        Refused: it is encrypted, was never proved, and its key was not given.
    """
    path = notes.find_path(config, name)
    known = notes.describe(path)
    if not known.is_encrypted or identities:
        notes.change_note(path, **_prove(path, identities))
        backup = notes.describe(path)
    elif not known.sha256:
        raise Refused(encryption.NEEDS_IDENTITY)
    else:
        is_same = archive.hash_file(path) == known.sha256
        notes.change_note(path, faults=[] if is_same else [{"id": CHANGED, "values": {}}])
        backup = notes.describe(path)
    _record(AuditTag.BACKUP_VERIFIED if backup.is_proved else AuditTag.BACKUP_FAILED, backup, actor_id)
    return backup


def _record(tag: AuditTag, backup: Backup, actor_id: int | None) -> None:
    details = {"name": backup.name, "faults": backup.said_faults()}
    with db.session.begin():
        audit.record(db.session, tag, actor_id=actor_id, details=details)


def make_key(config: Config, *, replace: bool = False, actor_id: int | None = None) -> str:
    """Make the key for backups and return its identity, which nobody can show again; audited.

    Raises:
        Conflict: there is one already.
    """
    identity = encryption.make_key(config, replace=replace)
    with db.session.begin():
        details = {"recipient": encryption.find_recipient(config)}
        audit.record(db.session, AuditTag.BACKUP_KEY_MADE, actor_id=actor_id, details=details)
    return identity


def find_for_download(config: Config, name: str, *, actor_id: int) -> Path:
    """Return the path of a backup; that it left the machine is audited.

    Raises:
        NotFound: there is no such backup.
    """
    path = notes.find_path(config, name)
    with db.session.begin():
        audit.record(db.session, AuditTag.BACKUP_DOWNLOADED, actor_id=actor_id, details={"name": name})
    return path


def _prove(path: Path, identities: Sequence[str]) -> dict[str, object]:
    """Try the restore of a file, and return what is to be noted of it."""
    report = proving.verify(path, identities)
    faults = [
        {"id": one.sentence, "values": {key: str(value) for key, value in one.values.items()}} for one in report.faults
    ]
    recipient = report.manifest.recipient if report.manifest else ""
    found = {"faults": faults, "size_bytes": path.stat().st_size, "recipient": recipient}
    return {**found, "sha256": archive.hash_file(path)}


def prune_backups(config: Config) -> list[str]:
    """Drop the proved backups that the settings do not keep; a faulty one never pushes out a good one; audited."""
    with alone(config):
        good = [backup for backup in notes.list_backups(config) if backup.is_proved]
        dropped = [backup.name for backup in Rule.of(config).choose_dropped(good)]
        if dropped:  # first: what is dropped without an entry would be gone without a trace
            with db.session.begin():
                audit.record(db.session, AuditTag.BACKUP_DROPPED, details={"names": dropped})
        for name in dropped:
            path = config.backups / name
            path.unlink(missing_ok=True)
            notes.note_path(path).unlink(missing_ok=True)
    return dropped
