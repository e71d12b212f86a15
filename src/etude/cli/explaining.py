"""The help of the commands in the reader's language, without loading the commands that are only listed."""

from __future__ import annotations

import ast
import copy
import inspect
from typing import TYPE_CHECKING

import click

from etude.cli.talk import translate
from etude.core.errors import _

if TYPE_CHECKING:
    from pathlib import Path


# What stands for what is to be typed; a word that is not here (LOGIN, a choice) is the same in both languages.
_PLACEHOLDERS = {
    "ACTIVITY": _("ACTIVITY"), "COMMAND [ARGS]...": _("COMMAND [ARGS]..."), "DIR": _("DIR"), "FILE": _("FILE"),
    "FILES": _("FILES"), "FOLDER": _("FOLDER"), "INTEGER": _("INTEGER"), "NAME": _("NAME"), "PATH": _("PATH"),
    "PATHS": _("PATHS"), "TEXT": _("TEXT"),
}  # fmt: skip


def translated(command: click.Command) -> click.Command:
    """Return a command that explains itself in the reader's language; the one that was declared stays as it is."""
    spoken = copy.copy(command)
    spoken.help = _in_words(command.help)
    spoken.params = [_parameter(parameter) for parameter in command.params]
    if isinstance(spoken, click.Group):
        spoken.subcommand_metavar = _placeholder(spoken.subcommand_metavar)
        spoken.commands = {name: translated(one) for name, one in spoken.commands.items()}
    return spoken


def _in_words(text: str | None) -> str | None:
    return translate(inspect.cleandoc(text)) if text else text


def _parameter(parameter: click.Parameter) -> click.Parameter:
    spoken = copy.copy(parameter)
    if isinstance(spoken, click.Option):
        spoken.help = _in_words(spoken.help)
        if not isinstance(spoken.type, click.Choice):
            spoken.metavar = _placeholder(spoken.metavar or spoken.type.name.upper())
    elif spoken.name is not None:
        word = _placeholder(spoken.metavar or spoken.name.upper()) + ("..." if spoken.nargs == -1 else "")
        spoken.metavar = word if spoken.required or spoken.nargs == -1 else f"[{word}]"
    return spoken


def _placeholder(word: str) -> str:
    return translate(_PLACEHOLDERS.get(word, word))


def summary(module: Path, *, limit: int) -> str:
    """Return the first sentence of the command in a module, in `limit` characters, read from its source.

    To import every command for a list of them would load the whole product: seconds on a small machine.
    """
    tree = ast.parse(module.read_bytes())
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "command")
    text = translate(inspect.cleandoc(ast.get_docstring(function) or ""))
    return click.Command(function.name, help=text).get_short_help_str(limit)
