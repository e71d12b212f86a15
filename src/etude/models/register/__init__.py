"""The register of what is stored: every column with its category, its purpose, how long it is kept.

The register of processing, the table of the privacy page, the export and the erasure of a person's data are made from
it; a house test finds the column that is not in it.
"""

from __future__ import annotations

from etude.models.register.entries import TABLES
from etude.models.register.meanings import CATEGORIES, Category, Group, Kept, TableEntry

__all__ = ["CATEGORIES", "TABLES", "Category", "Group", "Kept", "TableEntry"]
