"""`etude audit`: the chain of the audit log, and its old beginning."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say, told
from etude.core import clock
from etude.extensions import db
from etude.features.accounts.services import find_user
from etude.features.audit_log import services
from etude.features.audit_log.exposure import find_exposure
from etude.models import AuditEntry

if TYPE_CHECKING:
    from etude.features.audit_log.exposure import Exposure


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


@command.command("exposure")
@click.argument("login")
@data_option
@click.option("--days", type=click.IntRange(1, 3650), default=30, help="How far back to look (default: 30 days).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def exposure(login: str, data: str | None, days: int, as_json: bool) -> None:  # noqa: FBT001
    """List what somebody who stole the account LOGIN could have read, and what was opened or carried off with it."""
    with create_app(read_config(data)).app_context():
        found = find_exposure(db.session, find_user(login), clock.now() - timedelta(days=days))
    if as_json:
        say(json.dumps(asdict(found), ensure_ascii=False, default=lambda at: at.isoformat()))
        return
    _tell(found, days)


def _tell(found: Exposure, days: int) -> None:
    say(_("Account: %(login)s (%(role)s)", login=found.login, role=found.role))
    if found.accounts:
        say(
            _(
                "All %(count)s accounts of the school, its settings, its audit log and its backups.",
                count=found.accounts,
            )
        )
    for course in found.courses:
        section = _(", section %(id)s only", id=course.section_id) if course.section_id else ""
        say(
            _(
                "Course %(code)s (%(role)s%(section)s): students: %(students)s, answers: %(submissions)s, "
                "drafts: %(drafts)s",
                code=course.code,
                role=course.role,
                section=section,
                students=course.students,
                submissions=course.submissions,
                drafts=course.drafts,
            )
        )
    say(_("In the last %(days)s days:", days=days))
    for one in found.sign_ins:
        began, seen = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" for at in (one.started_at, one.last_seen_at))
        say(
            _(
                "signed in %(began)s, last seen %(seen)s UTC, from %(address)s, %(browser)s",
                began=began,
                seen=seen,
                address=one.address or "–",
                browser=one.browser or "–",
            )
        )
    for tag, count in found.done.items():
        say(f"{tag}  {count}")
    if not found.sign_ins and not found.done:
        say(_("no sign-in, and nothing was opened or carried off"))
