"""Restoring a backup: all is made ready beside, and the database changes in one step, the last one.

Handed-in files are known by their bytes, so that putting them in their place does no harm to what is there. A process
that is killed leaves what was before, or what was restored, whole; what it left half-made is cleared away by the next.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.core import clock, schema
from etude.core.db import UnitOfWorkSession, tune_sqlite
from etude.core.errors import Conflict, Refused, _
from etude.core.transport import database_address
from etude.features.backups import archive, encryption, postgres, proving, reading
from etude.features.backups.scratch import scratch_folder
from etude.models import User
from etude.storage import open_storage
from etude.web.erasing import erase_again

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etude.config import Config
    from etude.features.backups.archive import Manifest

HAS_DATA = _(
    "There is data in this folder already. Restore into an empty one: --data NEW_FOLDER. Or put the backup in its "
    "place, after a backup of what is there: --replace"
)
DAMAGED = _("This backup is damaged and was not restored: %(fault)s.")
OTHER_KIND = _("This backup is of another kind of database (%(kind)s).")
ONLY_EMPTY = _("With PostgreSQL a backup is restored into a new, empty database: set ETUDE_DATABASE_URL to one.")
IN_USE = _("The database of this folder is in use. Stop every Étude that works on it first.")
MARK = "restoring"
"""While this file is in the data folder, its handed-in files are those of a restore that did not come to its end."""


def restore_backup(
    config: Config, path: Path, identities: Sequence[str] = (), *, back_up_first: Callable[[], object] | None = None
) -> Manifest:
    """Restore a backup into an empty data folder (and, for PostgreSQL, an empty database); audited in what comes back.

    The school's next backups are encrypted with the same key as this one was, unless the folder has one of its own.

    Args:
        config: the settings of the folder that it is restored into.
        path: the backup.
        identities: the keys that may open it.
        back_up_first: makes a backup of what is there, which is then replaced; without it nothing is ever replaced.

    Raises:
        Conflict: there is data already, or somebody works on it.
        NewerDatabaseError: it was made by a newer version of Étude.
        Refused: the file is no sound backup, or of another kind of database.
        Unavailable: the store of handed-in files does not answer.
    """
    manifest = _prove(path, identities)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(database_address(config))
    if manifest.database_kind != engine.dialect.name:
        raise Refused(OTHER_KIND, kind=manifest.database_kind)
    if _has_data(config, engine):
        if back_up_first is None:
            raise Conflict(HAS_DATA)
        if engine.dialect.name != "sqlite":
            raise Refused(ONLY_EMPTY)
        back_up_first()
    _put_in_place(config, engine, path, identities)
    config.make_secret_key()
    return manifest


def _prove(path: Path, identities: Sequence[str]) -> Manifest:
    report = proving.verify(path, identities)
    if report.manifest is None:  # no backup, or one that needs another key: said as it is
        raise Refused(report.faults[0].sentence, **report.faults[0].values)
    if report.faults:
        raise Refused(DAMAGED, fault=report.faults[0])
    schema.check_known(report.manifest.migration or None)
    return report.manifest


def _has_data(config: Config, engine: sa.Engine) -> bool:
    """Tell whether there is a school already. A bucket may hold files: a restore does them no harm."""
    has_database = schema.current(engine) is not None
    engine.dispose()
    has_files = config.uploads.is_dir() and any(config.uploads.iterdir())
    return has_database or (has_files and not (config.data / MARK).exists())


def _put_in_place(config: Config, engine: sa.Engine, path: Path, identities: Sequence[str]) -> None:
    (config.data / MARK).touch()
    with scratch_folder(config.data, ".restoring-") as scratch:
        manifest = reading.unpack(path, scratch, reading.keep_in(open_storage(config)), identities)
        database = scratch / archive.DATABASE
        if engine.dialect.name == "sqlite":
            ready = sa.create_engine(f"sqlite:///{database}")
            finish_restored(config, ready, path)
            _fold(database)
            target = Path(engine.url.database or config.data / "etude.db")
            if target.exists():
                _fold(target)  # a log that is left beside would be taken for that of the new database
            database.chmod(0o600)
            _go_on_encrypting(config, manifest)
            database.replace(target)
            archive.sync_folder(target.parent)
        else:
            _go_on_encrypting(config, manifest)
            postgres.restore(engine, database)
            finish_restored(config, engine, path)
    (config.data / MARK).unlink()


def _go_on_encrypting(config: Config, manifest: Manifest) -> None:
    """Encrypt the next backups with the same key; before the database is there, so that none is ever made without."""
    if manifest.recipient and not encryption.find_recipient(config):
        encryption.keep_recipient(config, manifest.recipient)


def finish_restored(config: Config, engine: sa.Engine, path: Path) -> None:
    """Bring a restored database up to date, write down in it that it was restored, and do again what was done since.

    Who was erased since the backup is erased again: by the lists in the data folder and beside the backup.
    """
    tune_sqlite(engine)
    schema.upgrade(engine)
    with UnitOfWorkSession(engine) as session, session.begin():
        audit.record(session, AuditTag.BACKUP_RESTORED, details={"name": path.name})
    with UnitOfWorkSession(engine) as session:
        erase_again(session, config, path.parent, at=clock.now())
    engine.dispose()


def _fold(database: Path) -> None:
    """Bring what is in the write-ahead log of a SQLite database into its one file, which then is all of it.

    Raises:
        Conflict: somebody uses it.
    """
    with closing(sqlite3.connect(database, timeout=2)) as connection:
        try:
            [mode] = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            raise Conflict(IN_USE) from error
    if mode != "delete":
        raise Conflict(IN_USE)


def count_second_steps(config: Config) -> int:
    """Return how many accounts of a restored database ask for the codes of a phone, which only the old key can read."""
    engine = sa.create_engine(database_address(config))
    with sa.orm.Session(engine) as session:
        count = User.count_second_steps(session)
    engine.dispose()
    return count
