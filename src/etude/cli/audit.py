"""`etude audit`: the chain of the audit log."""

from __future__ import annotations

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say
from etude.extensions import db
from etude.models import AuditEntry


@click.group("audit")
def command() -> None:
    """Look after the audit log."""


@command.command("verify")
@data_option
def verify(data: str | None) -> None:
    """Walk the chain of the audit log and say whether an entry was changed, removed or added."""
    with create_app(read_config(data)).app_context():
        broken = AuditEntry.find_break(db.session)
    if broken is not None:
        raise CommandError(_("The chain of the audit log breaks at entry %(id)s.", id=broken), code=Exit.NO)
    say(_("The audit log is whole."))
