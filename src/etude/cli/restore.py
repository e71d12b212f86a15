"""`etude restore`: a backup into an empty data folder."""

from __future__ import annotations

from pathlib import Path

import click

from etude.cli.main import read_config
from etude.cli.talk import _, say
from etude.features.backups import services


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="The empty folder to restore into (default: ./data).",
)
def command(file: Path, data: str | None) -> None:
    """Restore a backup into an empty data folder, after proving that it is whole."""
    config = read_config(data)
    manifest = services.restore_backup(config, file)
    rows = sum(manifest.rows.values())
    say(
        _(
            "Restored: %(rows)s rows, %(files)s handed-in files, as of %(at)s.",
            rows=rows,
            files=len(manifest.uploads),
            at=manifest.made_at,
        )
    )
    say(_("Start it with: etude serve --data %(path)s", path=config.data))
