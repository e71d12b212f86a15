"""`etude restore`: a backup into an empty data folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from etude.cli.backup import identities, identity_option
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
@identity_option
def command(file: Path, data: str | None, identity: Path | None) -> None:
    """Restore a backup into an empty data folder, after proving that it is whole."""
    config = read_config(data)
    has_key = config.secret_key_path.exists()
    manifest = services.restore_backup(config, file, identities(identity))
    rows = sum(manifest.rows.values())
    say(
        _(
            "Restored: %(rows)s rows, %(files)s handed-in files, as of %(at)s.",
            rows=rows,
            files=manifest.uploads_count,
            at=f"{datetime.fromisoformat(manifest.made_at).astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )
    if not has_key and (count := services.count_second_steps(config)):
        say(
            _(
                "Accounts with a second step: %(count)s. The codes of their phones can be checked with the old key only"
                ": copy the secret.key of the old data folder over %(path)s before you start. Without it, each of them "
                "signs in with a recovery code and sets the phone up again; “etude user remove-second-step LOGIN” "
                "helps who has none.",
                count=count,
                path=config.secret_key_path,
            )
        )
    say(_("Start it with: etude serve --data %(path)s", path=config.data))
