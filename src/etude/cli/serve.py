"""`etude serve`: everything on one machine, until Ctrl-C."""

from __future__ import annotations

import platform
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import click

from etude.cli.failures import explain
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, language, say, speak
from etude.core import logging
from etude.serving import addresses, data_folder
from etude.serving.leaving import leave
from etude.serving.memory import limit_arenas
from etude.serving.school_answers import SchoolAnswers, system_zone
from etude.terminal import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from etude.config import Config


@click.command("serve")
@click.option("--host", help="The address to listen on; 0.0.0.0 opens the site to the room (default: 127.0.0.1).")
@click.option("--port", type=int, help="The port (default: 8000).")
@data_option
@click.option("--empty", is_flag=True, help="At the first start, do not add the sample course.")
@click.option("--backup-key", is_flag=True, help="At the first start, make the key of the backups and show it once.")
@click.option("--language", "locale", type=click.Choice(LANGUAGES), help="The school’s language.")
@click.option("--zone", help="The school’s time zone, e.g. America/Toronto.")
@click.option("--school", help="The school’s name.")
@click.option("--contact", help="Who is responsible for the data.")
def command(
    host: str | None, port: int | None, data: str | None, *, empty: bool, backup_key: bool, **answers: str | None
) -> None:
    """Start Étude here: web, worker and scheduler. The first start makes the data folder and the sample course."""
    config = read_config(data, host=host, port=port)
    data_folder.make_data_folder(config)
    with data_folder.lock_data_folder(config), addresses.bind(config.host, config.port) as listener:
        data_folder.use_scratch_folder(config)
        limit_arenas()
        # A teacher's terminal shows the address and what is wrong; the file has every line.
        quiet = "WARNING" if config.log_style == "console" and config.log_level == "INFO" else ""
        logging.configure(level=config.log_level, style=config.log_style, folder=config.logs, screen_level=quiet)
        from etude.serving.supervisor import Site  # noqa: PLC0415  gunicorn is loaded by this command alone

        code = Site(lambda: open_school(config, answers, is_empty=empty, has_key=backup_key), config, listener).run()
        if not code:
            say(_("Étude has stopped. Everything is stored."))
        leave(code)


def open_school(config: Config, answers: dict[str, str | None], *, is_empty: bool, has_key: bool = False) -> Flask:
    """Make the database ready, and at the first start the school; say where it is open. Called in the web process.

    `has_key`: the school begins with a key for its backups, which is shown.

    Raises:
        SystemExit: it cannot be; the reason was said.
    """
    try:
        # The supervisor, which only waits, does without the application.
        from etude.serving import first_start  # noqa: PLC0415

        app = first_start.prepare_database(config)
        if not first_start.has_school(app):
            with ordinary_interrupt():
                given = ask(answers)
            first_start.make_school(app, given)
            if not is_empty:
                first_start.add_sample_course(app)
            if has_key:
                make_backup_key(app, config)
        greet(config, first_start.make_admin_link(app))
    except click.Abort as error:  # Ctrl-C or Ctrl-D in place of an answer
        raise SystemExit(Exit.NO) from error
    except Exception as error:
        failure = error if isinstance(error, CommandError) else explain(error)
        if failure is None:
            raise
        failure.show()
        raise SystemExit(failure.exit_code) from error
    return app


@contextmanager
def ordinary_interrupt() -> Iterator[None]:
    """Let Ctrl-C end a question as in any program: the web process has a handler of its own, which is for later."""
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, ours)


def make_backup_key(app: Flask, config: Config) -> None:
    """Make the key that encrypts the backups and show it, this once."""
    from etude.cli.backup import show_key  # noqa: PLC0415  the supervisor does without the application
    from etude.features.backups import services  # noqa: PLC0415

    with app.app_context():
        show_key(services.make_key(config), config)


def ask(given: dict[str, str | None]) -> SchoolAnswers:
    """Return the answers of the first start: from the options, else asked in a terminal, else sensible ones.

    Whatever was not asked here is asked by the page that creates the admin.
    """
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    locale = given["locale"] or (_ask_language() if interactive else language())
    speak(locale)
    zone = given["zone"] or _ask_zone(interactive=interactive)
    if zone not in available_timezones():
        raise CommandError(
            _("“%(zone)s” is no time zone. It looks like America/Toronto.", zone=zone), code=Exit.WRONG_USE
        )
    name = given["school"] or (click.prompt(_("Name of the school"), default="Étude") if interactive else "Étude")
    contact = given["contact"] or (
        click.prompt(_("Who is responsible for the data (name or e-mail)"), default="") if interactive else ""
    )
    return SchoolAnswers(name=name, locale=locale, zone=zone, contact=contact)


def _ask_language() -> str:
    locale: str = click.prompt("Langue / Language", type=click.Choice(LANGUAGES), default=language())
    return locale


def _ask_zone(*, interactive: bool) -> str:
    guess = system_zone()
    if not interactive:
        return guess
    while True:
        zone: str = click.prompt(_("Time zone"), default=guess)
        if zone in available_timezones():
            return zone
        say(_("“%(zone)s” is no time zone. It looks like America/Toronto.", zone=zone))


def greet(config: Config, admin_token: str | None) -> None:
    """Print where to open the site, the QR code for the room, and the link that creates the admin."""
    links = addresses.addresses(config.host, config.port)
    say()
    say(_("Étude is ready. Open:"))
    for link in links:
        say(f"  {link}")
    if sys.stdout.isatty() and config.host in addresses.EVERYWHERE:
        say(addresses.qr_code(links[0]))
    if admin_token is not None:
        say()
        say(_("Create the admin’s account with this link (it works once, for two days):"))
        say(f"  {links[-1]}auth/first-admin/{admin_token}")
    if config.host not in addresses.EVERYWHERE:
        say(_("Only this computer can open it. To open it to the room: --host 0.0.0.0"))
    if platform.system() != "Linux":
        say(_("This system cannot judge programs: submissions wait for Linux (see docs/how-to/windows.md)."))
    say(_("Data folder: %(path)s. Stop with Ctrl-C.", path=config.data.resolve()))
    sys.stdout.flush()
