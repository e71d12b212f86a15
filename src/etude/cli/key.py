"""`etude key`: the school's key, changed without signing anybody out."""

from __future__ import annotations

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import _, say
from etude.features.auth import phone_secrets
from etude.serving import keys


@click.group("key")
def command() -> None:
    """Look after the key that signs cookies and seals secrets."""


@command.command("rotate")
@click.option("--forget", is_flag=True, help="Accept the older keys no more: everybody signs in anew.")
@data_option
def rotate(data: str | None, forget: bool) -> None:  # noqa: FBT001
    """Make a new key; what was signed with the older ones is still accepted. Start Étude again afterwards."""
    config = read_config(data)
    older = keys.rotate(config)
    with create_app(config).app_context():
        sealed = phone_secrets.seal_anew(is_forgotten=forget)
    if forget:  # only now: what the older keys had sealed is sealed with the new one
        keys.forget_older(config)
        older = 0
    say(_("New key made; older ones still accepted: %(older)s; secrets of phones sealed anew: %(sealed)s.",
          older=older, sealed=sealed))  # fmt: skip
    say(_("Start Étude again: until then it goes on with the key it read at its start."))
