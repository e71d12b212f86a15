"""Importers of other systems' content, one file each, found by themselves; each turns its format into our content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etude.content import ActivityContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One format: `recognises` looks at a path without reading it whole, `read` raises ContentError for mistakes."""

    name: str
    label: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], list[ActivityContent]]


importers: Registry[Importer] = Registry("etude.importers", group="etude.importers")
"""Every importer by its name."""
