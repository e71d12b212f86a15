"""Importers of other systems' content, one file or folder each, found by themselves; each turns a package into ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from etude.content import ActivityContent
    from etude.importers.bench import Bench


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPackage:
    """What somebody brings. name: of its folder or archive, without an ending. files: by path, all of them."""

    name: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One format.

    recognises: tells it by the names at the top of the folder. read: makes an activity of a package, and runs on the
    bench what has to be run for it (generators, solutions where no time limit is stated); it raises ContentError for
    mistakes, JailError where the bench cannot run programs. What it leaves out is named in the activity's warnings.
    """

    name: str
    label: str
    recognises: Callable[[Collection[str]], bool]
    read: Callable[[IncomingPackage, Bench], ActivityContent]


importers: Registry[Importer] = Registry(
    "etude.importers", group="etude.importers", shared=("bench", "statements", "time_limits", "yaml_file")
)
"""Every importer by its name."""
