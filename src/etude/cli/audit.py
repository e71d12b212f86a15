"""`etude audit`: the chain of the audit log, and its old beginning."""

from __future__ import annotations

from pathlib import Path

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say, told
from etude.core import clock
from etude.extensions import db
from etude.features.audit_log import services
from etude.models import AuditEntry


@click.group("audit")
def command() -> None:
    """Look after the audit log."""


@command.command("verify")
@data_option
@click.option(
    "--head", metavar="DIGEST", default="", help="A head that the log must contain: a backup’s manifest has it."
)
def verify(data: str | None, head: str) -> None:
    """Walk the chain of the audit log and say whether an entry was changed, removed or added."""
    with create_app(read_config(data)).app_context():
        proof = AuditEntry.prove(db.session)
        is_known = not head or AuditEntry.has_head(db.session, head)
    if proof.broken_at is not None:
        sentence = _(
            "The chain of the audit log breaks at entry %(id)s: %(why)s.", id=proof.broken_at, why=told(proof.why)
        )
        raise CommandError(sentence, code=Exit.NO)
    if not is_known:
        sentence = _("The audit log does not contain this head: its end was removed, or it was written anew.")
        raise CommandError(sentence, code=Exit.NO)
    say(_("The audit log is whole. Entries: %(count)s. Head: %(head)s", count=proof.entries, head=proof.head))


@command.command("retire")
@data_option
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The new file that keeps what is retired, as JSON lines.",
)
def retire(data: str | None, target: Path) -> None:
    """Seal the beginning of the log that is older than ETUDE_AUDIT_KEPT_DAYS, keep it in a file, and remove it."""
    config = read_config(data)
    with create_app(config).app_context():
        retired = services.retire(config, target, at=clock.now())
    if not retired.entries:
        say(_("Nothing in the audit log is old enough."))
        return
    say(
        _(
            "Retired: %(count)s entries, up to entry %(id)s. They are in %(path)s.",
            count=retired.entries,
            id=retired.last_id,
            path=target,
        )
    )
