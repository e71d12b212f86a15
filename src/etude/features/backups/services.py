"""Backups of a running school: making, listing, proving, keeping the last few; and restoring into an empty folder."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.core import clock, logging, schema
from etude.core.db import UnitOfWorkSession, tune_sqlite
from etude.core.errors import Conflict, NotFound, Notice, Refused, _
from etude.core.transport import database_address
from etude.extensions import db
from etude.features.backups import archive, postgres
from etude.models import User
from etude.storage import open_storage
from etude.web.erasing import erase_again

if TYPE_CHECKING:
    from etude.config import Config

_log = logging.get(__name__)
NAME = re.compile(r"etude-(\d{8}T\d{6}Z)\.tar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup: when it was made, its size, whether a restore of it was proved, and where it was sent.

    `sha256` is that of the bytes that were proved, "" if it was not kept; `sent_to` is "" if it was not sent.
    """

    name: str
    made_at: datetime
    size_bytes: int
    is_proved: bool
    faults: tuple[Notice, ...] = ()
    sha256: str = ""
    sent_to: str = ""
    sent_at: datetime | None = None
    send_tried_at: datetime | None = None
    send_fault: Notice | None = None

    def said_faults(self) -> list[str]:
        """Return the faults in English, for scripts and logs."""
        return [str(fault) for fault in self.faults]


def find_path(config: Config, name: str) -> Path:
    """Return the path of a backup.

    Raises:
        NotFound: there is none of this name.
    """
    path = config.backups / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("There is no backup of this name."))
    return path


def _note_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _read_note(path: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads(_note_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note


def change_note(path: Path, **changes: object) -> None:
    """Write down beside a backup what became of it, whole or not at all; what was known stays.

    Nothing is written beside a backup that was dropped in the meantime.
    """
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".note-", encoding="utf-8", delete=False) as file:
        json.dump({**_read_note(path), **changes}, file)
    waiting = Path(file.name)
    if path.exists():
        waiting.replace(_note_path(path))
    else:
        waiting.unlink()


def describe(path: Path) -> Backup:
    """Return what is known of a backup."""
    match = NAME.fullmatch(path.name)
    assert match is not None
    note, size_bytes = _read_note(path), path.stat().st_size
    faults = tuple(_notice(one) for one in note.get("faults", ()))
    sent = note.get("sent") or {}
    return Backup(
        name=path.name,
        made_at=datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        size_bytes=size_bytes,
        is_proved=not faults and note.get("size_bytes") == size_bytes,
        faults=faults,
        sha256=note.get("sha256", ""),
        sent_to=sent.get("target", ""),
        sent_at=_time(sent.get("at")),
        send_tried_at=_time(note.get("send_tried_at")),
        send_fault=_notice(note["send_fault"]) if note.get("send_fault") else None,
    )


def _notice(noted: dict[str, Any]) -> Notice:
    return Notice(noted["id"], noted["values"])


def _time(noted: str | None) -> datetime | None:
    return datetime.fromisoformat(noted) if noted else None


def list_backups(config: Config) -> list[Backup]:
    """Return the backups of the data folder, newest first."""
    if not config.backups.is_dir():
        return []
    paths = [path for path in config.backups.iterdir() if NAME.fullmatch(path.name)]
    return [describe(path) for path in sorted(paths, reverse=True)]


def create_backup(config: Config, *, at: datetime, actor_id: int | None = None) -> Backup:
    """Make a backup, prove it by a restore into a scratch folder, drop the oldest; audited either way.

    Raises:
        Unavailable: there is not enough space, a tool is missing, or the handed-in files cannot be read.
    """
    path = config.backups / f"etude-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"
    archive.write(path, db.engine, open_storage(config), at=at)
    backup = _verify(path)
    tag = AuditTag.BACKUP_CREATED if backup.is_proved else AuditTag.BACKUP_FAILED
    with db.session.begin():
        audit.record(
            db.session,
            tag,
            actor_id=actor_id,
            details={"name": backup.name, "faults": backup.said_faults()},
        )
    if backup.is_proved:
        prune_backups(config)
    else:
        _log.error("backup_faulty", name=backup.name, faults=backup.said_faults())
    return backup


def verify_backup(config: Config, name: str, *, actor_id: int | None = None) -> Backup:
    """Prove a backup again; audited.

    Raises:
        NotFound: there is no such backup.
    """
    backup = _verify(find_path(config, name))
    tag = AuditTag.BACKUP_VERIFIED if backup.is_proved else AuditTag.BACKUP_FAILED
    with db.session.begin():
        audit.record(
            db.session,
            tag,
            actor_id=actor_id,
            details={"name": name, "faults": backup.said_faults()},
        )
    return backup


def find_for_download(config: Config, name: str, *, actor_id: int) -> Path:
    """Return the path of a backup; that it left the machine is audited.

    Raises:
        NotFound: there is no such backup.
    """
    path = find_path(config, name)
    with db.session.begin():
        audit.record(db.session, AuditTag.BACKUP_DOWNLOADED, actor_id=actor_id, details={"name": name})
    return path


def _verify(path: Path) -> Backup:
    report = archive.verify(path)
    faults = [
        {"id": one.sentence, "values": {key: str(value) for key, value in one.values.items()}} for one in report.faults
    ]
    change_note(path, faults=faults, size_bytes=path.stat().st_size, sha256=archive.hash_file(path))
    return describe(path)


def prune_backups(config: Config) -> list[str]:
    """Drop the oldest proved backups beyond those that are kept; a faulty one never pushes out a good one."""
    good = [backup for backup in list_backups(config) if backup.is_proved]
    dropped = [backup.name for backup in good[config.backups_kept :]]
    for name in dropped:
        path = config.backups / name
        path.unlink(missing_ok=True)
        _note_path(path).unlink(missing_ok=True)
    return dropped


def restore_backup(config: Config, path: Path) -> archive.Manifest:
    """Restore a backup into an empty data folder (and, for PostgreSQL, an empty database); audited in what comes back.

    Raises:
        Conflict: there is data already.
        NewerDatabaseError: it was made by a newer version of Étude.
        Refused: the file is no sound backup, or of another kind of database.
        Unavailable: the store of handed-in files does not answer.
    """
    report = archive.verify(path)
    if report.manifest is None or report.faults:
        raise Refused(_("This backup is damaged and was not restored: %(fault)s."), fault=report.faults[0])
    schema.check_known(report.manifest.migration or None)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(database_address(config))
    if report.manifest.database_kind != engine.dialect.name:
        sentence = _("This backup is of another kind of database (%(kind)s).")
        raise Refused(sentence, kind=report.manifest.database_kind)
    # A bucket may hold files: they are known by their bytes, so a restore does them no harm, and mends what is damaged.
    if schema.current(engine) is not None or (config.uploads.is_dir() and any(config.uploads.iterdir())):
        raise Conflict(_("There is data in this folder already. Restore into an empty one: --data NEW_FOLDER."))
    archive.unpack(path, config.data, archive.keep_in(open_storage(config)))
    database = config.data / archive.DATABASE
    if engine.dialect.name == "postgresql":
        postgres.restore(engine, database)
        database.unlink()
    else:
        database.chmod(0o600)
        shutil.move(database, engine.url.database or config.data / "etude.db")
    _note_restore(config, engine, path)
    config.make_secret_key()
    return report.manifest


def _note_restore(config: Config, engine: sa.Engine, path: Path) -> None:
    """Write down in the restored school that it was restored, and erase again who was erased since the backup."""
    engine.dispose()  # connections from before lead to the empty database, and were not tuned
    tune_sqlite(engine)
    schema.upgrade(engine)
    with UnitOfWorkSession(engine) as session, session.begin():
        audit.record(session, AuditTag.BACKUP_RESTORED, details={"name": path.name})
    with UnitOfWorkSession(engine) as session:
        erase_again(session, config, path.parent, at=clock.now())
    engine.dispose()


def count_second_steps(config: Config) -> int:
    """Return how many accounts of a restored database ask for the codes of a phone, which only the old key can read."""
    engine = sa.create_engine(database_address(config))
    with sa.orm.Session(engine) as session:
        count = User.count_second_steps(session)
    engine.dispose()
    return count
