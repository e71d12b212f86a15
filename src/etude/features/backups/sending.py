"""Sending a proved backup to another place, over TLS that is always checked; it is sent once it was read back whole."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.config import ConfigError
from etude.core import logging
from etude.core.errors import NotFound, Refused, Unavailable, _
from etude.extensions import db
from etude.features.backups import notes, services
from etude.storage import FileMissing, StorageAway, StorageFull, StorageRefuses, StorageUntrusted
from etude.storage.s3.connecting import Access
from etude.storage.s3.sending import S3Target

if TYPE_CHECKING:
    from datetime import datetime

    from etude.config import Config
    from etude.features.backups.notes import Backup

_log = logging.get(__name__)
TARGET = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<folder>(?:/[A-Za-z0-9._-]+)*)/?")
TRY_AGAIN = timedelta(minutes=30)
BAD_TARGET = _(
    "ETUDE_BACKUP_TARGET must look like this: s3://bucket/folder. Address and keys are settings of their own."
)
NO_TARGET = _("No place is set to send backups to: set ETUDE_BACKUP_TARGET.")
UNPROVED = _("The restore of %(name)s was not proved, so it was not sent. Try: etude backup verify %(name)s")
DIFFERS = _("What arrived of %(name)s at %(target)s differs from the backup. It does not count as sent; send it again.")
FULL = _("%(target)s is full: the backup %(name)s was not sent.")
UNTRUSTED = _(
    "The certificate of %(target)s cannot be verified: nothing was sent. Is ETUDE_BACKUP_CA the right file, and is the "
    "clock right?"
)
REFUSED = _("%(target)s refused the backup %(name)s: %(reason)s")
AWAY = _("%(target)s does not answer: the backup %(name)s was not sent. Is the network up, and the address right?")
SENTENCES = (
    (StorageFull, FULL),
    (StorageUntrusted, UNTRUSTED),
    (StorageRefuses, REFUSED),
    (FileMissing, REFUSED),
    (StorageAway, AWAY),
)
"""What is said of each fault of a store, the most exact first."""


class NotSent(Unavailable):
    """A backup did not reach its target, or not whole (503)."""

    default = _("The backup was not sent.")


@lru_cache(maxsize=8)
def open_target(config: Config) -> S3Target | None:
    """Return the place to which backups are sent, None where none is set; nothing is asked of it yet.

    Raises:
        ConfigError: its settings do not do, or would send backups in the clear.
    """
    if not config.backup_target:
        return None
    match = TARGET.fullmatch(config.backup_target)
    if match is None:
        raise ConfigError(BAD_TARGET)
    access = Access(
        chosen="ETUDE_BACKUP_TARGET",
        prefix="ETUDE_BACKUP_",
        bucket=match["bucket"],
        endpoint=config.backup_endpoint,
        region=config.backup_region,
        access_key=config.backup_access_key,
        secret_key=config.backup_secret_key,
        ca=config.backup_ca,
        plain_host=config.backup_plain_host,
    )
    return S3Target(access, match["folder"].strip("/"), config.scratch)


def send_backup(config: Config, name: str = "", *, at: datetime, actor_id: int | None = None) -> Backup:
    """Send a backup, by default the newest that was proved, read it back and compare; audited either way.

    Raises:
        ConfigError: no target is set.
        NotFound: there is no such backup.
        Refused: its restore was not proved.
        NotSent: it did not arrive whole; the sentence says why.
    """
    target = open_target(config)
    if target is None:
        raise ConfigError(NO_TARGET)
    backup = _find(config, name, actor_id)
    path = config.backups / backup.name
    notes.change_note(path, send_tried_at=at.isoformat())
    try:
        _send(target, config, backup)
    except NotSent as error:
        said = {key: str(value) for key, value in error.values.items()}
        notes.change_note(path, sent=None, send_fault={"id": error.sentence, "values": said})
        _record(AuditTag.BACKUP_UNSENT, actor_id, {"name": backup.name, "target": target.address, "fault": str(error)})
        raise
    notes.change_note(path, sent={"at": at.isoformat(), "target": target.address}, send_fault=None)
    _record(AuditTag.BACKUP_SENT, actor_id, {"name": backup.name, "target": target.address, "sha256": backup.sha256})
    _log.info("backup_sent", name=backup.name, target=target.address, size_bytes=backup.size_bytes)
    return notes.describe(path)


def find_waiting(config: Config, at: datetime) -> Backup | None:
    """Return the newest proved backup of this data folder if it should be sent now: not yet there, nor just tried."""
    target = open_target(config)
    newest = next((one for one in notes.list_backups(config) if one.is_proved), None)
    if target is None or newest is None or newest.sent_to == target.address:
        return None
    if newest.send_tried_at is not None and at - newest.send_tried_at < TRY_AGAIN:
        return None
    return newest


def _find(config: Config, name: str, actor_id: int | None) -> Backup:
    if name:
        backup = notes.describe(notes.find_path(config, name))
    else:
        proved = [one for one in notes.list_backups(config) if one.is_proved]
        if not proved:
            raise NotFound(_("There is no proved backup that could be sent."))
        backup = proved[0]
    if backup.is_proved and not backup.sha256:  # it was proved by a version that did not keep the hash
        backup = services.verify_backup(config, backup.name, actor_id=actor_id)
    if not backup.is_proved:
        raise Refused(UNPROVED, name=backup.name)
    return backup


def _send(target: S3Target, config: Config, backup: Backup) -> None:
    values = {"name": backup.name, "target": target.address}
    try:
        target.send(config.backups / backup.name, backup.sha256)
        arrived = target.read_hash(backup.name)
    except (StorageFull, FileMissing, StorageAway) as error:
        sentence = next(said for kind, said in SENTENCES if isinstance(error, kind))
        if sentence is REFUSED:
            values["reason"] = str(error.__cause__)
        raise NotSent(sentence, **values) from error
    if arrived != backup.sha256:
        target.take_back(backup.name)
        raise NotSent(DIFFERS, **values)


def _record(tag: AuditTag, actor_id: int | None, details: dict[str, object]) -> None:
    with db.session.begin():
        audit.record(db.session, tag, actor_id=actor_id, details=details)
