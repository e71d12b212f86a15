"""`etude restore`: a backup into an empty data folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.backup import identities, identity_option
from etude.cli.main import read_config
from etude.cli.talk import CommandError, Exit, _, say, told
from etude.core import clock
from etude.extensions import db
from etude.features.backups import restoring, services
from etude.serving import data_folder

if TYPE_CHECKING:
    from etude.config import Config


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="The empty folder to restore into (default: ./data).",
)
@identity_option
@click.option("--replace", is_flag=True, help="Replace the data of the folder, after a proved backup of it.")
def command(file: Path, data: str | None, identity: Path | None, replace: bool) -> None:  # noqa: FBT001
    """Restore a backup into an empty data folder, after proving that it is whole."""
    config = read_config(data)
    has_key = config.secret_key_path.exists()
    keys = identities(identity)
    if replace:
        data_folder.make_data_folder(config)
        with data_folder.lock_data_folder(config):
            manifest = restoring.restore_backup(config, file, keys, back_up_first=lambda: _back_up(config))
    else:
        manifest = restoring.restore_backup(config, file, keys)
    rows = sum(manifest.rows.values())
    say(
        _(
            "Restored: %(rows)s rows, %(files)s handed-in files, as of %(at)s.",
            rows=rows,
            files=manifest.uploads_count,
            at=f"{datetime.fromisoformat(manifest.made_at).astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )
    if not has_key and (count := restoring.count_second_steps(config)):
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


def _back_up(config: Config) -> None:
    """Make a backup of what is about to be replaced; without a proved one nothing is."""
    with create_app(config).app_context():
        made = services.create_backup(config, at=clock.now())
        db.session.close()
        db.engine.dispose()  # what is replaced is used by nobody then, this process included
    if not made.is_proved:
        raise CommandError(
            _("What is there could not be backed up, so it was not replaced: %(fault)s.", fault=told(made.faults[0])),
            code=Exit.NO,
        )
    say(_("What was there is in the backup %(name)s.", name=made.name))
