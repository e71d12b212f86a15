"""`etude export`: an activity of the school as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from etude.app import create_app
from etude.cli.main import read_config
from etude.cli.talk import CommandError, Exit, _, say
from etude.content import from_document, write_activity
from etude.extensions import db
from etude.models import Activity, ActivityVersion


@click.command("export")
@click.argument("activity")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--data", type=click.Path(file_okay=False), help="The data folder (default: ./data).")
def command(activity: str, folder: Path, data: str | None) -> None:
    """Write the activity of this slug into FOLDER/<slug>; the same activity gives the same bytes each time."""
    with create_app(read_config(data)).app_context():
        row = Activity.get_by_slug(db.session, activity)
        version = db.session.get(ActivityVersion, row.latest_version_id) if row and row.latest_version_id else None
        if version is None:
            raise CommandError(_("There is no activity “%(slug)s”.", slug=activity), code=Exit.NO)
        content = from_document(version.document)
    target = folder / content.slug
    if target.exists() and any(target.iterdir()):
        raise CommandError(_("%(path)s is not empty. Give another folder.", path=target), code=Exit.WRONG_USE)
    target.mkdir(parents=True, exist_ok=True)
    write_activity(content, target)
    say(_("%(slug)s was written to %(path)s.", slug=content.slug, path=target))
