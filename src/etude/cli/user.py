"""`etude user`: accounts from the command line, e.g. when nobody can sign in any more."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, language, say
from etude.core import clock
from etude.extensions import db
from etude.features.accounts import services
from etude.models import School, User
from etude.models.user import SchoolRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.config import Config

MIN_PASSWORD_CHARS = 10
PAGE = 500


@click.group("user")
def command() -> None:
    """Make, invite, unlock and list accounts."""


def _account_options(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--role", type=click.Choice([role.value for role in SchoolRole]), default=SchoolRole.TEACHER.value,
                     help="What the account may do in the school (default: teacher)."),
        click.option("--email", default="", help="The e-mail address, if there is one."),
        click.option("--family-name", required=True, help="The family name."),
        click.option("--given-name", required=True, help="The first name."),
        click.argument("login"),
        data_option,
    ):  # fmt: skip
        function = option(function)
    return function


def _values(login: str, options: dict[str, str]) -> services.AccountValues:
    return services.AccountValues(
        given_name=options["given_name"],
        family_name=options["family_name"],
        login=login,
        email=options["email"],
        school_role=SchoolRole(options["role"]),
    )


@contextmanager
def _school(config: Config) -> Iterator[str]:
    """Yield the site's address inside an application context."""
    with create_app(config).app_context():
        school = School.get(db.session)
        yield (school.address if school and school.address else f"http://{config.host}:{config.port}").rstrip("/")


@command.command("create")
@_account_options
def create(login: str, data: str | None, **options: str) -> None:
    """Make the account LOGIN with a password, which is asked for, or read from standard input."""
    password = _read_password()
    with _school(read_config(data)):
        services.create_user(_values(login, options), password)
    say(_("The account %(login)s was made.", login=login))


def _read_password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    if len(password) < MIN_PASSWORD_CHARS:
        raise CommandError(
            _("A password has at least %(least)s characters.", least=MIN_PASSWORD_CHARS), code=Exit.WRONG_USE
        )
    return password


@command.command("invite")
@_account_options
def invite(login: str, data: str | None, **options: str) -> None:
    """Make the account LOGIN and print a one-time link by which the person chooses a password."""
    with _school(read_config(data)) as address:
        handed = services.invite(_values(login, options), None, at=clock.now())
        say(f"{address}/auth/invitation/{handed.token}")


@command.command("unlock")
@click.argument("login")
@data_option
def unlock(login: str, data: str | None) -> None:
    """Lift the lock of the account LOGIN after wrong passwords."""
    with _school(read_config(data)):
        name = services.unlock_user(services.find_user(login).id)
    say(_("%(name)s can sign in again.", name=name))


@command.command("reset-password")
@click.argument("login")
@data_option
def reset_password(login: str, data: str | None) -> None:
    """Let LOGIN in again: a one-time link for staff, a one-time password of three words for a student."""
    with _school(read_config(data)) as address:
        user = services.find_user(login)
        purpose = "reset" if user.password_hash else "invitation"
        handed = services.reset_password(user.id, None, language(), at=clock.now())
        say(handed.words or f"{address}/auth/{purpose}/{handed.token}")


@command.command("remove-second-step")
@click.argument("login")
@data_option
def remove_second_step(login: str, data: str | None) -> None:
    """Ask LOGIN for no codes any more, when the phone and the recovery codes are lost."""
    with _school(read_config(data)):
        name = services.remove_second_factor(services.find_user(login).id)
    say(_("%(name)s is asked for no code any more.", name=name))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_option
def list_all(as_json: bool, data: str | None) -> None:  # noqa: FBT001
    """List the living accounts, by family name."""
    with _school(read_config(data)):
        users = list(_all_users())
    if as_json:
        say(json.dumps([_document(user) for user in users], ensure_ascii=False))
        return
    for user in users:
        say(f"{user.login}  {user.name}  {user.school_role.value}")


def _all_users() -> Iterator[User]:
    offset = 0
    while page := services.list_users(offset=offset, limit=PAGE):
        yield from page
        offset += PAGE


def _document(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "role": user.school_role.value,
        "locked": user.is_locked(clock.now()),
    }
