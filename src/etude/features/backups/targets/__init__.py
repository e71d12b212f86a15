"""Where proved backups are sent: one module for each way there; the address says which, by how it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from etude.config import ConfigError
from etude.core.errors import _
from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etude.config import Config

SCHEME = re.compile(r"([a-z0-9]+)://")
BAD_TARGET = _(
    "ETUDE_BACKUP_TARGET must look like one of these: %(examples)s. User, password and keys are settings of their own."
)


class Target(Protocol):
    """A folder elsewhere. Whatever it is asked raises of `etude.storage`:

    StorageFull (no room), FileMissing (the folder or the file is not there), StorageUntrusted (not the place that we
    trust), StorageRefuses (it says no; its cause says why), StorageAway (it does not answer).
    """

    @property
    def address(self) -> str:
        """What people call it, without any secret."""
        ...

    def send(self, path: Path, sha256: str) -> None:
        """Send a file under its own name; `sha256` is the hash that it should have. Goes on where it was cut off."""
        ...

    def read_hash(self, name: str) -> str:
        """Read back all that is there under a name and return its SHA-256."""
        ...

    def list_names(self) -> list[str]:
        """Return the names of the files that are there; nothing where that cannot be asked."""
        ...

    def delete(self, name: str) -> None:
        """Delete what is there under a name; that it is not there is well."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetKind:
    """One way to send. `open` asks nothing of the place yet; it raises ConfigError for settings that do not do.

    `untrusted` is what is said when the place is not the one that we trust, with the places %(target)s and %(name)s.
    """

    name: str
    schemes: tuple[str, ...]
    example: str
    untrusted: str
    open: Callable[[Config], Target]


targets: Registry[TargetKind] = Registry("etude.features.backups.targets", group="etude.backup_targets")
"""Every way by its name."""


def find_kind(config: Config) -> TargetKind:
    """Return the way that the settings ask for.

    Raises:
        ConfigError: there is none that the address begins like.
    """
    match = SCHEME.match(config.backup_target)
    for kind in targets.load().values():
        if match is not None and match[1] in kind.schemes:
            return kind
    raise ConfigError(BAD_TARGET, examples=", ".join(kind.example for kind in targets.load().values()))


@lru_cache(maxsize=8)
def open_target(config: Config) -> Target | None:
    """Return the place to which backups are sent, None where none is set; nothing is asked of it yet.

    Raises:
        ConfigError: its settings do not do, or would send backups in the clear.
    """
    return find_kind(config).open(config) if config.backup_target else None
