"""Kattis problem packages: `legacy`, `legacy-icpc`, `2025-09` and its drafts.

What is read and what is left out stands in docs/reference/kattis.md. Nothing of a package is run while it is
read but its accepted solutions, where no time limit is stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.importers import Importer
from etude.importers.kattis.reading import read

if TYPE_CHECKING:
    from collections.abc import Collection


def recognises(names: Collection[str]) -> bool:
    """Tell whether these are the names at the top of a Kattis package."""
    return "problem.yaml" in names


ENTRY = Importer(name="kattis", label="Kattis", recognises=recognises, read=read)
