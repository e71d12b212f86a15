"""Sending a proved backup to another place, over TLS that is always checked; it is sent once it was read back whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.config import ConfigError
from etude.core import erasure_list, logging
from etude.core.errors import NotFound, Refused, Unavailable, _
from etude.extensions import db
from etude.features.backups import archive, mails, notes, services
from etude.features.backups.keeping import Rule
from etude.features.backups.targets import find_kind, open_target
from etude.models import User
from etude.queue import SEND_MAIL, enqueue
from etude.storage import FileMissing, StorageAway, StorageFull, StorageRefuses, StorageUntrusted

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from etude.config import Config
    from etude.features.backups.notes import Backup
    from etude.features.backups.targets import Target

_log = logging.get(__name__)
TRY_AGAIN = timedelta(minutes=30)
NO_TARGET = _("No place is set to send backups to: set ETUDE_BACKUP_TARGET.")
UNPROVED = _("The restore of %(name)s was not proved, so it was not sent. Try: etude backup verify %(name)s")
DIFFERS = _("What arrived of %(name)s at %(target)s differs from the backup. It does not count as sent; send it again.")
FULL = _("%(target)s is full: the backup %(name)s was not sent.")
REFUSED = _("%(target)s refused the backup %(name)s: %(reason)s")
AWAY = _("%(target)s does not answer: the backup %(name)s was not sent. Is the network up, and the address right?")
SENTENCES = (
    (StorageFull, FULL),
    (StorageRefuses, REFUSED),
    (FileMissing, REFUSED),
    (StorageAway, AWAY),
)
"""What is said of each fault of a target, the most exact first; a stranger's is its kind's own."""


class NotSent(Unavailable):
    """A backup did not reach its target, or not whole (503)."""

    default = _("The backup was not sent.")


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
        details: dict[str, object] = {"name": backup.name, "target": target.address, "fault": str(error)}
        _tell(config, actor_id, details, None if backup.send_fault else error)
        raise
    notes.change_note(path, sent={"at": at.isoformat(), "target": target.address}, send_fault=None)
    _record(AuditTag.BACKUP_SENT, actor_id, {"name": backup.name, "target": target.address, "sha256": backup.sha256})
    _prune(target, config)
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


def _send(target: Target, config: Config, backup: Backup) -> None:
    values = {"name": backup.name, "target": target.address}
    try:
        _deliver(target, config.backups / backup.name, backup.sha256)
        if (erased := config.backups / erasure_list.NAME).exists():  # else what comes back from there brings them back
            _deliver(target, erased, archive.hash_file(erased))
    except StorageUntrusted as error:
        raise NotSent(find_kind(config).untrusted, **values) from error
    except (StorageFull, FileMissing, StorageAway) as error:
        sentence = next(said for kind, said in SENTENCES if isinstance(error, kind))
        if sentence is REFUSED:
            values["reason"] = str(error.__cause__)
        raise NotSent(sentence, **values) from error
    except _ArrivedOtherwise as error:
        raise NotSent(DIFFERS, name=error.name, target=target.address) from error


class _ArrivedOtherwise(Exception):
    """What was read back is not what was sent."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _deliver(target: Target, path: Path, sha256: str) -> None:
    """Send a file, read it back and compare; one that arrived otherwise does not stay."""
    target.send(path, sha256)
    if target.read_hash(path.name) != sha256:
        with suppress(StorageAway, FileMissing):  # keys that may only write are left to the target's own rules
            target.delete(path.name)
        raise _ArrivedOtherwise(path.name)


def _prune(target: Target, config: Config) -> None:
    """Delete at the target what the settings do not keep there, now that a newer one was read back whole.

    What is there under other names is not ours. That it fails is told in the log: the new backup is there all the same.
    """
    if not config.backup_target_kept:
        return
    rule = replace(Rule.of(config), days=config.backup_target_kept)
    try:
        there = [Sent(name, made_at) for name in target.list_names() if (made_at := notes.read_time(name))]
        for old in rule.choose_dropped(there):
            target.delete(old.name)
            _log.info("backup_dropped_at_target", name=old.name, target=target.address)
    except (StorageAway, FileMissing) as error:
        _log.warning("backup_target_not_pruned", target=target.address, reason=type(error).__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A backup at a target: its name there, and when it was made."""

    name: str
    made_at: datetime


def _tell(config: Config, actor_id: int | None, details: dict[str, object], error: NotSent | None) -> None:
    """Write down that a backup was not sent and, the first time, tell the admins by e-mail where that is set up."""
    with db.session.begin():
        audit.record(db.session, AuditTag.BACKUP_UNSENT, actor_id=actor_id, details=details)
        if error is not None and config.smtp_url and config.mail_from:
            for admin in User.get_admins(db.session):
                if admin.email:
                    mail = mails.unsent(admin, error)
                    enqueue(db.session, SEND_MAIL, mail.to, mail.subject, mail.text)


def _record(tag: AuditTag, actor_id: int | None, details: dict[str, object]) -> None:
    with db.session.begin():
        audit.record(db.session, tag, actor_id=actor_id, details=details)
