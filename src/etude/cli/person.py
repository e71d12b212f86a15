"""`etude person`: what is stored of somebody, to take along or to erase."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, language, say
from etude.core import clock
from etude.features.accounts.services import find_user
from etude.features.privacy import services


@click.group("person")
def command() -> None:
    """Export or erase what is stored of somebody."""


@command.command("export")
@click.argument("login")
@data_option
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The new file: a zip with a page to read, tables, JSON and files.",
)
def export(login: str, data: str | None, target: Path) -> None:
    """Write all that is stored of LOGIN into an archive."""
    config = read_config(data)
    with create_app(config).test_request_context(headers={"Accept-Language": language()}):
        user = find_user(login)
        try:
            with services.export_person(config, user.id) as archive, target.open("xb") as file:
                target.chmod(0o600)
                shutil.copyfileobj(archive, file)
        except FileExistsError as error:
            raise CommandError(_("There is a file of this name already: %(name)s.", name=target)) from error
    say(_("Written: %(path)s", path=target))


@command.command("erase")
@click.argument("login")
@data_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(login: str, data: str | None, yes: bool) -> None:  # noqa: FBT001
    """Erase LOGIN: the name and the work go for good, the marks stay without a name for ETUDE_MARKS_KEPT_DAYS."""
    config = read_config(data)
    with create_app(config).app_context():
        user = find_user(login)
        if not yes and not click.confirm(_("Erase %(name)s for good?", name=user.name)):
            raise CommandError(_("Nothing was erased."), code=Exit.NO)
        until = services.erase_person(config, user.id, at=clock.now())
    say(_("Erased. The marks stay without a name until %(day)s.", day=f"{until:%Y-%m-%d}"))
