"""`etude db`: migrations."""

from __future__ import annotations

import sys

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say
from etude.core import schema
from etude.extensions import db
from etude.serving import moving
from etude.serving.data_folder import lock_data_folder


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


@command.command("move")
@data_option
def move(data: str | None) -> None:
    """Copy an embedded school (SQLite) into the empty PostgreSQL of ETUDE_DATABASE_URL, and compare every row."""
    config = read_config(data)
    rows = moving.count_rows(config)
    (config.data / "run").mkdir(mode=0o700, exist_ok=True)
    label = _("Moving %(rows)s rows", rows=rows)
    with lock_data_folder(config), click.progressbar(length=2 * rows, label=label, file=sys.stderr) as bar:
        moved = moving.move(config, bar.update)
    for name, held in sorted(moved.items()):
        if held.rows:
            say(f"  {name}  {held.rows}  {held.digest:064x}")
    say(_("Moved: %(rows)s rows in %(tables)s tables, each compared.", rows=rows, tables=len(moved)))
    say(_("Keep ETUDE_DATABASE_URL set. The old file is kept as %(path)s.", path=config.data / "etude.db.moved"))
