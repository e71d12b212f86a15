"""The `etude` command: the contract that scripts rely on is in docs/reference/commands.md."""

from __future__ import annotations

from etude.cli.main import main

__all__ = ["main"]
