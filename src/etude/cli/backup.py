"""`etude backup`: checked copies of everything."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, number, say, told
from etude.core import clock, logging
from etude.features.backups import encryption, notes, proving, sending, services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.config import Config

identity_option = click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file that holds the key of an encrypted backup.",
)


def identities(file: Path | None) -> list[str]:
    """Return the keys that a file holds, none where no file was given."""
    return encryption.read_identities(file) if file else []


@click.group("backup")
def command() -> None:
    """Make, list, prove and send backups."""


@command.command("create")
@data_option
def create(data: str | None) -> None:
    """Make a backup now and prove its restore."""
    config = read_config(data)
    with create_app(config).app_context(), _bar() as progress:
        backup = services.create_backup(config, at=clock.now(), progress=progress)
    _tell(backup)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Draw how far the handed-in files are, on a terminal only: what is printed otherwise is read by scripts."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with click.progressbar(length=1, label=_("Handed-in files"), file=sys.stderr) as bar:

        def show(done_bytes: int, all_bytes: int) -> None:
            bar.length = max(1, all_bytes)
            bar.update(done_bytes - bar.pos)

        yield show


@command.command("key")
@data_option
@click.option("--replace", is_flag=True, help="Make a new key although there is one.")
def key(data: str | None, replace: bool) -> None:  # noqa: FBT001
    """Make the key that encrypts the backups from now on, and show it this once: etude backup key > FILE"""
    config = read_config(data)
    with create_app(config).app_context():
        identity = services.make_key(config, replace=replace)
    show_key(identity, config)


def show_key(identity: str, config: Config) -> None:
    """Print a new key as `age-keygen` does, so that what is printed is the file that `--identity` reads."""
    say("# " + _("The key to this school’s backups. It is shown this once, and the server does not keep it."))
    say("# " + _("Keep it on paper or in a password manager, away from the server. Without it no backup can be read."))
    say(f"# public key: {encryption.find_recipient(config)}")
    say(identity)


@command.command("list")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_all(data: str | None, as_json: bool) -> None:  # noqa: FBT001
    """List the backups, newest first."""
    backups = notes.list_backups(read_config(data))
    if as_json:
        rows = [
            {
                "name": b.name,
                "made_at": b.made_at.isoformat(),
                "size_bytes": b.size_bytes,
                "proved": b.is_proved,
                "faults": b.said_faults(),
                "encrypted": b.is_encrypted,
                "sent_at": b.sent_at.isoformat() if b.sent_at else None,
                "sent_to": b.sent_to,
            }
            for b in backups
        ]
        say(json.dumps(rows, ensure_ascii=False))
        return
    if not backups:
        say(_("There is no backup yet."))
    for backup in backups:
        size = _("%(size)s MB", size=number(backup.size_bytes / 1e6))
        say(f"{backup.name}  {size}  {_state(backup)}")


@command.command("verify")
@click.argument("name")
@data_option
@identity_option
def verify(name: str, data: str | None, identity: Path | None) -> None:
    """Prove a backup again, one of the list or a file anywhere: restore it into a scratch folder and compare."""
    config = read_config(data)
    if Path(name).is_file() and not (notes.NAME.fullmatch(name) and (config.backups / name).is_file()):
        _tell_report(Path(name), identities(identity))
        return
    with create_app(config).app_context():
        _tell(services.verify_backup(config, name, identities=identities(identity)))


def _tell_report(path: Path, keys: list[str]) -> None:
    """Prove a file that lies elsewhere, on a machine that may have no school at all."""
    report = proving.verify(path, keys)
    if report.faults:
        state = _("faulty: %(fault)s", fault=told(report.faults[0]))
        raise CommandError(f"{path}: {state}", code=Exit.NO)
    state = _("restore tried, whole")
    say(f"{path}: {state}")


@command.command("send")
@click.argument("name", default="", required=False)
@data_option
def send(name: str, data: str | None) -> None:
    """Send a proved backup (the newest, or NAME) to ETUDE_BACKUP_TARGET, read it back and compare."""
    config = read_config(data)
    logging.configure(level="ERROR")  # what the store said is in the sentence
    with create_app(config).app_context():
        sent = sending.send_backup(config, name, at=clock.now())
    say(_("%(name)s: sent to %(target)s, read back, whole", name=sent.name, target=sent.sent_to))


@command.command("prune")
@data_option
def prune(data: str | None) -> None:
    """Drop the oldest backups beyond those that are kept."""
    config = read_config(data)
    with create_app(config).app_context():
        dropped = services.prune_backups(config)
    for name in dropped:
        say(_("%(name)s was dropped.", name=name))


def _state(backup: notes.Backup) -> str:
    if backup.is_proved:
        known = [_("restore tried, whole")]
        known += [_("encrypted")] if backup.is_encrypted else []
        known += [_("sent")] if backup.sent_to else []
        return ", ".join(known)
    return _("faulty: %(fault)s", fault=told(backup.faults[0])) if backup.faults else _("not tried yet")


def _tell(backup: notes.Backup) -> None:
    if not backup.is_proved:
        raise CommandError(f"{backup.name}: {_state(backup)}", code=Exit.NO)
    say(f"{backup.name}: {_state(backup)}")
