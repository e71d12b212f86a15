"""Bringing the history of the content (`data/history.git`) to a repository elsewhere, over HTTPS or SSH.

It is done beside the jobs of the scheduler, never in a request: what is recorded since the last time goes with it.
"""

from __future__ import annotations

import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etude import audit
from etude.audit import AuditTag
from etude.config import ConfigError
from etude.core import logging
from etude.core.errors import _
from etude.core.git_addresses import GitFault, GitRemote, is_address
from etude.extensions import db
from etude.features.backups import services

if TYPE_CHECKING:
    from etude.config import Config

_log = logging.get(__name__)
EVERY = timedelta(minutes=10)
"""How often what is new is recorded and brought there."""
TRY_AGAIN = timedelta(minutes=30)
BAD_REMOTE = _("ETUDE_HISTORY_REMOTE must look like this: https://host/content.git or ssh://git@host/content.git")
NO_HOSTS = _(
    "ETUDE_HISTORY_SSH_HOSTS must name a file with the host’s key, as ssh-keyscan writes it and you have compared it."
)


def remote_of(config: Config) -> GitRemote | None:
    """Return the repository that the settings name, None where none is; nothing is asked of it yet.

    Raises:
        ConfigError: the settings do not do.
    """
    if not config.history_remote:
        return None
    if not is_address(config.history_remote):
        raise ConfigError(BAD_REMOTE)
    remote = GitRemote(
        url=config.history_remote,
        user=config.history_user,
        secret=config.history_token,
        ssh_key=_read(config.history_ssh_key),
        known_hosts=_read(config.history_ssh_hosts),
        authority=config.history_ca,
        private_hosts=None,  # the administrator named it
    )
    if remote.is_ssh and not remote.known_hosts:
        raise ConfigError(NO_HOSTS)
    return remote


def _read(path: Path | None) -> str:
    return path.read_text(encoding="utf-8") if path is not None else ""


def push_if_due(config: Config, at: datetime) -> bool:
    """Record what is new and bring it to the remote, unless that was done or tried just now; tell whether it was.

    Raises:
        GitFault: it did not arrive, or the settings do not do; it is noted, audited the first time, and tried again.
    """
    try:
        remote = remote_of(config)
    except ConfigError as error:
        _write_note(config, {"remote": "", "fault": {"id": error.sentence, "values": error.values}})
        raise GitFault(error.sentence, **error.values) from error
    if remote is None:
        return False
    note = read_note(config)
    is_same = note.get("remote") == remote.url
    if is_same and note.get("tried_at"):
        patience = TRY_AGAIN if note.get("fault") else EVERY
        if at - datetime.fromisoformat(note["tried_at"]) < patience:
            return False
    return push_now(config, remote, at, note if is_same else {})


def push_now(config: Config, remote: GitRemote, at: datetime, note: dict[str, Any]) -> bool:
    """Record what is new and bring it to the remote; tell whether something was new there."""
    from etude.features.backups import history  # noqa: PLC0415  the library is loaded where it is needed

    tried = {**note, "remote": remote.url, "tried_at": at.isoformat()}
    with services.alone(config):
        commit = history.record_content(config.data, db.engine, at)
    if note.get("commit") == commit and not note.get("fault"):
        _write_note(config, tried)
        return False
    try:
        _push(config, remote)
    except GitFault as fault:
        said = {key: str(value) for key, value in fault.values.items()}
        _write_note(config, {**tried, "fault": {"id": fault.sentence, "values": said}})
        if not note.get("fault"):
            _record(AuditTag.HISTORY_UNPUSHED, {"remote": remote.url, "fault": str(fault)})
        raise
    _write_note(config, {**tried, "fault": None, "commit": commit, "pushed_at": at.isoformat()})
    _record(AuditTag.HISTORY_PUSHED, {"remote": remote.url, "commit": commit})
    _log.info("history_pushed", remote=remote.url, commit=commit)
    return True


def _push(config: Config, remote: GitRemote) -> None:
    from dulwich.repo import Repo  # noqa: PLC0415  as above

    from etude.core import git_link  # noqa: PLC0415
    from etude.features.backups import history, repository  # noqa: PLC0415

    with Repo(str(config.data / history.FOLDER)) as repo:
        git_link.push(remote, repo, repository.BRANCH)


def _record(tag: AuditTag, details: dict[str, object]) -> None:
    with db.session.begin():
        audit.record(db.session, tag, details=details)


def read_note(config: Config) -> dict[str, Any]:
    """Return what is known of the remote: its address, when it was last tried, the commit that is there, the fault."""
    try:
        note: dict[str, Any] = json.loads(config.history_note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note


def _write_note(config: Config, note: dict[str, Any]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=config.data, prefix=".note-", encoding="utf-8", delete=False) as file:
        json.dump(note, file)
    Path(file.name).replace(config.history_note)
