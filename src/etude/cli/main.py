"""The group of all commands; each module of this folder adds its own."""

from __future__ import annotations

import importlib
import keyword
import pkgutil
import sys
from pathlib import Path

import click

import etude.cli as commands
from etude import __version__
from etude.cli.explaining import summary, translated
from etude.cli.failures import explain
from etude.cli.talk import CommandError, Exit, _, listen
from etude.config import Config, from_environment

NOT_COMMANDS = frozenset({"checked", "explaining", "failures", "main", "talk"})


def _module(name: str) -> str:
    """Return the module of a command; `import` is in `import_.py`, a word that Python keeps for itself."""
    return f"{name}_" if keyword.iskeyword(name) else name


class CommandGroup(click.Group):
    """Finds each command in the module of its name, and loads only that one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands: the modules of this folder."""
        del ctx
        names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
        return sorted(name.rstrip("_") for name in names if name not in NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, in the reader's language."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"etude.cli.{_module(cmd_name)}")
        command: click.Command = module.command
        return translated(command)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. What it prints is its answer; those that stay set up their own log."""
        if sys.platform == "win32":  # said before anything is loaded that Windows does not have
            sentence = _("Étude does not run on Windows itself: install it in WSL2 (see docs/how-to/windows.md).")
            raise CommandError(sentence, code=Exit.CANNOT)
        from etude.core import logging  # noqa: PLC0415  help and mistakes need no log

        logging.configure(level="WARNING")
        return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of the commands, none of which is loaded for it."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(len(name) for name in names)
        folder = Path(__file__).parent
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, summary(folder / f"{_module(name)}.py", limit=limit)) for name in names])


data_option = click.option(
    "--data", type=click.Path(file_okay=False), metavar="DIR", help="The data folder (default: ./data)."
)
"""`--data` of every command that needs the data folder; it may stand before the command too."""


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@data_option
@click.version_option(__version__, prog_name="etude", message="%(prog)s %(version)s")
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
    arguments = sys.argv[1:] if arguments is None else arguments
    listen(arguments)
    try:
        translated(root)(arguments, prog_name="etude")
    except Exception as error:
        failure = explain(error)
        if failure is None:
            raise
        failure.show()
        sys.exit(failure.exit_code)


__all__ = ["CommandError", "data_option", "main", "read_config", "root"]
