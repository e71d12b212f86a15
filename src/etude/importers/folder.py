"""Our own format: an activity's folder or archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content import parse_activity
from etude.importers import Importer

if TYPE_CHECKING:
    from collections.abc import Collection

    from etude.content import ActivityContent
    from etude.importers import IncomingPackage
    from etude.importers.bench import Bench


def recognises(names: Collection[str]) -> bool:
    """Tell whether a folder is one of ours: `activity.toml` is in it."""
    return "activity.toml" in names


def read(package: IncomingPackage, _bench: Bench) -> ActivityContent:
    """Return the activity.

    Raises:
        ContentError: the first mistake, with its file and field.
    """
    return parse_activity(package.files)


ENTRY = Importer(name="folder", label="Étude", recognises=recognises, read=read)
