"""`etude service`: started at boot, kept up, by systemd."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from etude.cli.main import data_option, read_config
from etude.cli.talk import _, say
from etude.serving import service

if TYPE_CHECKING:
    from collections.abc import Callable


@click.group("service")
def command() -> None:
    """Have systemd start Étude at boot and keep it up."""


def _options(call: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which service is meant."""
    for option in (
        click.option("--account", default="etude", help="As root: the account that runs it (default: etude)."),
        click.option("--worker", "is_worker", is_flag=True, help="A worker alone, for more machines."),
        data_option,
    ):
        call = option(call)
    return call


def _service(data: str | None, account: str, *, is_worker: bool, options: tuple[str, ...] = ()) -> service.Service:
    """Return the service that is meant: of the machine for root, else of the person who asks."""
    folder = read_config(data).data.resolve()
    system = account if os.geteuid() == 0 else ""
    if system:
        service.check_account(system)
    return service.Service(data=folder, account=system, is_worker=is_worker, options=options)


@command.command("install")
@_options
@click.option("--host", help="The address to listen on (default: 127.0.0.1, for a proxy in front).")
@click.option("--port", type=int, help="The port (default: 8000).")
@click.option("--show", is_flag=True, help="Print the unit and change nothing.")
def install(data: str | None, account: str, is_worker: bool, host: str | None, port: int | None, show: bool) -> None:  # noqa: FBT001, PLR0913, PLR0917  the options of a command
    """Write the unit, start it now and at each boot. As root for the machine, else for you; it survives your logout."""
    given = (("--host", host), ("--port", port))
    options = () if is_worker else tuple(word for name, value in given if value for word in (name, str(value)))
    wanted = _service(data, account, is_worker=is_worker, options=options)
    if show:
        say(service.write_unit(wanted).rstrip())
        return
    for line in service.install(wanted):
        say(f"  {line}")
    say(_("Installed: %(path)s. Settings: %(settings)s", path=wanted.path, settings=wanted.environment_file))


@command.command("remove")
@_options
def remove(data: str | None, account: str, is_worker: bool) -> None:  # noqa: FBT001
    """Stop the service and take its unit away. The data stays."""
    wanted = _service(data, account, is_worker=is_worker)
    for line in service.remove(wanted):
        say(f"  {line}")
    say(_("Removed: %(path)s. The data stays: %(data)s", path=wanted.path, data=wanted.data))
