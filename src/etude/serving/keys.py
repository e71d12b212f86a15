"""The school's key, changed: what it signed and sealed before is still accepted, so that nobody is signed out."""

from __future__ import annotations

import os
import secrets
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from etude.config import Config

MOST_KEYS = 3
"""The newest signs; two before it are still accepted."""


def rotate(config: Config) -> int:
    """Put a new key before those of the key file; return how many older ones are accepted.

    The file is replaced whole, readable by its owner alone. Processes go on with what they read at their start.

    Raises:
        ConfigError: there is no key yet, or it is too short.
    """
    older = config.read_secret_keys()[: MOST_KEYS - 1]
    _write(config.secret_key_path, "\n".join((secrets.token_urlsafe(48), *older)) + "\n")
    return len(older)


def forget_older(config: Config) -> None:
    """Keep the newest key alone: whatever was signed with another is refused from the next start on."""
    _write(config.secret_key_path, config.read_secret_keys()[0] + "\n")


def _write(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:  # mkstemp's files are their owner's alone
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)  # noqa: PTH105  by name, as mkstemp gives it
