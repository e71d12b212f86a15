"""`etude backup`: checked copies of everything."""

from __future__ import annotations

import json

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, number, say, told
from etude.core import clock, logging
from etude.features.backups import sending, services


@click.group("backup")
def command() -> None:
    """Make, list, prove and send backups."""


@command.command("create")
@data_option
def create(data: str | None) -> None:
    """Make a backup now and prove its restore."""
    config = read_config(data)
    with create_app(config).app_context():
        _tell(services.create_backup(config, at=clock.now()))


@command.command("list")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_all(data: str | None, as_json: bool) -> None:  # noqa: FBT001
    """List the backups, newest first."""
    backups = services.list_backups(read_config(data))
    if as_json:
        rows = [
            {
                "name": b.name,
                "made_at": b.made_at.isoformat(),
                "size_bytes": b.size_bytes,
                "proved": b.is_proved,
                "faults": b.said_faults(),
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
def verify(name: str, data: str | None) -> None:
    """Prove a backup again: restore it into a scratch folder and compare."""
    config = read_config(data)
    with create_app(config).app_context():
        _tell(services.verify_backup(config, name))


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
    for name in services.prune_backups(read_config(data)):
        say(_("%(name)s was dropped.", name=name))


def _state(backup: services.Backup) -> str:
    if backup.is_proved:
        return _("restore tried, whole, sent") if backup.sent_to else _("restore tried, whole")
    return _("faulty: %(fault)s", fault=told(backup.faults[0])) if backup.faults else _("not tried yet")


def _tell(backup: services.Backup) -> None:
    if not backup.is_proved:
        raise CommandError(f"{backup.name}: {_state(backup)}", code=Exit.NO)
    say(f"{backup.name}: {_state(backup)}")
