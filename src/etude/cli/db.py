"""`etude db`: migrations."""

from __future__ import annotations

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say
from etude.core import schema
from etude.extensions import db


@click.group("db")
def command() -> None:
    """Look after the database’s schema."""


@command.command("upgrade")
@data_option
def upgrade(data: str | None) -> None:
    """Bring the database up to date. `etude serve` does it by itself."""
    config = read_config(data)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.make_secret_key()
    with create_app(config).app_context():
        schema.upgrade(db.engine)
        say(_("The database is at %(revision)s.", revision=schema.current(db.engine)))


@command.command("status")
@data_option
def status(data: str | None) -> None:
    """Say which migration the database is at; exit code 1 when it is not the newest."""
    with create_app(read_config(data)).app_context():
        revision = schema.current(db.engine)
        if revision != schema.head():
            sentence = _(
                "The database is at %(revision)s, this version of Étude is at %(head)s.",
                revision=revision,
                head=schema.head(),
            )
            raise CommandError(sentence, code=Exit.NO)
        say(_("The database is at %(revision)s.", revision=revision))
