"""`etude export`: an activity of the school as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say, tell
from etude.content import ContentError, write_activity
from etude.extensions import db
from etude.features.authoring.services import take_out
from etude.models import Activity


@click.command("export")
@click.argument("activity")
@click.argument("folder", type=click.Path(path_type=Path))
@data_option
def command(activity: str, folder: Path, data: str | None) -> None:
    """Write the activity of this slug into FOLDER/<slug>; the same activity gives the same bytes each time."""
    target = folder / activity
    if folder.exists() and not folder.is_dir():
        raise CommandError(_("%(path)s is no folder.", path=folder), code=Exit.WRONG_USE)
    with create_app(read_config(data)).app_context():
        row = Activity.get_by_slug(db.session, activity)
        if row is None:
            raise CommandError(_("There is no activity “%(slug)s”.", slug=activity), code=Exit.NO)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise CommandError(_("%(path)s is not empty. Give another folder.", path=target), code=Exit.WRONG_USE)
        content = take_out(row.id)
    target.mkdir(parents=True, exist_ok=True)
    try:
        write_activity(content, target)
    except ContentError as error:
        raise CommandError(tell(error), code=Exit.WRONG_USE) from error
    say(_("%(slug)s was written to %(path)s.", slug=content.slug, path=target))
