"""Our own format: an activity's folder or archive, or a course's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content import is_course, read_activity, read_course
from etude.importers import Importer

if TYPE_CHECKING:
    from pathlib import Path

    from etude.content import ActivityContent


def recognises(path: Path) -> bool:
    """Tell whether a path is one of ours: `activity.toml` or `course.toml` inside, or an archive."""
    return path.suffix == ".zip" or (path / "activity.toml").is_file() or (path / "course.toml").is_file()


def read(path: Path) -> list[ActivityContent]:
    """Return the activities of a folder or archive.

    Raises:
        ContentError: the first mistake, with its file and field.
    """
    if path.is_dir() and is_course(path):
        return list(read_course(path).activities)
    return [read_activity(path)]


ENTRY = Importer(name="folder", label="Étude", recognises=recognises, read=read)
