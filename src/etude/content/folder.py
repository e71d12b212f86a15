"""Activities on disk and in zip files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content.archive import make_zip, read_zip, read_zip_file
from etude.content.parser import parse_activity
from etude.content.tree import read_tree, write_tree
from etude.content.writer import activity_tree

if TYPE_CHECKING:
    from pathlib import Path

    from etude.content.model import ActivityContent


def read_activity(path: Path) -> ActivityContent:
    """The activity in a folder or in a ``.zip`` file.

    Raises ContentError for the first mistake, and for whatever could do harm: links, unsafe names, too much of it.
    """
    if path.is_file():
        return parse_activity(read_zip_file(path))
    return parse_activity(read_tree(path))


def read_activity_zip(archive: bytes) -> ActivityContent:
    """The activity in an uploaded zip. Raises ContentError as `read_activity` does."""
    return parse_activity(read_zip(archive))


def write_activity(content: ActivityContent, path: Path) -> None:
    """Write an activity into a new or empty folder. Raises ContentError when it is neither."""
    write_tree(activity_tree(content), path)


def zip_activity(content: ActivityContent) -> bytes:
    """An activity as a zip, in a folder of its slug; equal content makes equal bytes."""
    return make_zip({f"{content.slug}/{path}": data for path, data in activity_tree(content).items()})
