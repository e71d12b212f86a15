"""The group of all commands; each module of this folder adds its own."""

from __future__ import annotations

import errno
import importlib
import keyword
import pkgutil
import sys
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

import etude.cli as commands
from etude import __version__
from etude.cli.talk import CommandError, Exit, _
from etude.config import Config, ConfigError, from_environment
from etude.core import logging
from etude.core.errors import EtudeError
from etude.core.errors import _ as mark
from etude.core.schema import NewerDatabaseError

NOT_COMMANDS = frozenset({"main", "talk"})
DISK_IS_FULL = mark("The disk is full. Free some space, then start again.")


class CommandGroup(click.Group):
    """Finds each command in the module of its name, and loads only that one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands: the modules of this folder."""
        del ctx
        names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
        return sorted(name.rstrip("_") for name in names if name not in NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name; `import` is in `import_.py`, a word that Python keeps for itself."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(
            f"etude.cli.{cmd_name}_" if keyword.iskeyword(cmd_name) else f"etude.cli.{cmd_name}"
        )
        command: click.Command = module.command
        return command


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--data", type=click.Path(file_okay=False), help="The data folder (default: ./data).")
@click.version_option(__version__, prog_name="etude")
@click.pass_context
def root(context: click.Context, data: str | None) -> None:
    """Étude: a self-hosted classroom for hands-on activities."""
    context.obj = data


def read_config(data: str | None = None, **given: object) -> Config:
    """Return the settings of this process; --data counts before the command as well as after it.

    Raises:
        ConfigError: a setting cannot be used.
    """
    folder = data or click.get_current_context().find_root().obj
    return from_environment(None, data=Path(folder) if folder else None, **given)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; every foreseeable failure is one sentence on stderr and an exit code."""
    logging.configure(level="WARNING")  # what a command prints is its answer; those that stay set up their own log
    try:
        root(arguments, prog_name="etude")
    except (ConfigError, NewerDatabaseError) as error:
        _leave(_(str(error)), Exit.WRONG_USE if isinstance(error, ConfigError) else Exit.CANNOT)
    except EtudeError as error:
        _leave(_(error.sentence, **error.values), Exit.NO)
    except OperationalError as error:
        _leave(_database_sentence(error), Exit.CANNOT)
    except OSError as error:
        _leave(_os_sentence(error), Exit.CANNOT)


def _leave(sentence: str, code: Exit) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)


def _database_sentence(error: OperationalError) -> str:
    if "disk is full" in str(error.orig):
        return _(DISK_IS_FULL)
    return _("The database cannot be used: %(reason)s.", reason=error.orig)


def _os_sentence(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return _(DISK_IS_FULL)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("%(path)s cannot be written to. Give another folder with --data.", path=error.filename or "?")
    return _("The system refused: %(reason)s (%(path)s).", reason=error.strerror, path=error.filename or "?")


__all__ = ["CommandError", "main", "read_config", "root"]
