"""A course as a folder: ``course.toml`` and a folder for each activity."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content.archive import read_zip_file
from etude.content.errors import ContentError, ContentWarning, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import MAX_LINE_LENGTH, parse_toml
from etude.content.parser import FORMAT, parse_activity
from etude.content.tree import COURSE_LIMITS, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from etude.content.fields import Table
    from etude.content.model import ActivityContent, LocalizedText

MAX_ACTIVITIES = 500

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseContent:
    """A course and its activities in their order. code: short and unique in a school, such as ICS3U."""

    code: str
    title: LocalizedText
    description: LocalizedText = field(default_factory=dict)
    activities: tuple[ActivityContent, ...]
    warnings: tuple[ContentWarning, ...] = field(default=(), compare=False)


def is_course(path: Path) -> bool:
    """Whether a folder holds a course rather than an activity."""
    return (path / "course.toml").is_file()


def read_course(path: Path) -> CourseContent:
    """The course in a folder or in a ``.zip`` file. Raises ContentError for the first mistake in any of its files."""
    if path.is_file():
        return parse_course(read_zip_file(path, COURSE_LIMITS))
    return parse_course(read_tree(path, COURSE_LIMITS))


def parse_course(tree: Mapping[str, bytes]) -> CourseContent:
    """The course in a tree of files. Folders that ``course.toml`` does not name are left out with a warning."""
    warnings: list[ContentWarning] = []
    if "course.toml" not in tree:
        raise ContentError("course.toml", "", _("This file is missing."))
    root = parse_toml(tree["course.toml"], "course.toml", warnings)
    if root.whole("format", lowest=1, highest=1_000_000) != FORMAT:
        raise root.error("format", _("This Étude reads format %(known)s only."), known=FORMAT)
    code = root.matching("code", _CODE, _("A course code has up to 32 letters, digits and “-”, “_” or “.”."))
    title = root.localized("title", longest=MAX_LINE_LENGTH)
    description = root.localized("description", required=False)
    folders = root.texts("activities", most=MAX_ACTIVITIES)
    root.finish()
    activities = _read_activities(root, tree, folders)
    warnings += [_inside(folder, warning) for folder, content in activities.items() for warning in content.warnings]
    warnings += _left_out(tree, folders)
    return CourseContent(
        code=code,
        title=title,
        description=description,
        activities=tuple(activities.values()),
        warnings=tuple(warnings),
    )


def _read_activities(root: Table, tree: Mapping[str, bytes], folders: tuple[str, ...]) -> dict[str, ActivityContent]:
    by_folder: dict[str, dict[str, bytes]] = {}
    for path, data in tree.items():
        folder, slash, name = path.partition("/")
        if slash:
            by_folder.setdefault(folder, {})[name] = data
    activities: dict[str, ActivityContent] = {}
    slugs: set[str] = set()
    for folder in folders:
        if folder not in by_folder:
            raise unknown_name(root.path, "activities", folder, by_folder)
        try:
            content = parse_activity(by_folder[folder])
        except ContentError as error:
            raise error.inside(folder) from error
        if folder in activities or content.slug in slugs:
            raise root.error("activities", _("Two activities are named “%(slug)s”."), slug=content.slug)
        slugs.add(content.slug)
        activities[folder] = content
    return activities


def _inside(folder: str, warning: ContentWarning) -> ContentWarning:
    path = f"{folder}/{warning.path}"
    return ContentWarning(path=path, field=warning.field, sentence=warning.sentence, values=warning.values)


def _left_out(tree: Mapping[str, bytes], folders: tuple[str, ...]) -> list[ContentWarning]:
    tops = {path.split("/")[0] for path in tree} - {"course.toml", *folders}
    sentence = _("The course does not name this; it was left out.")
    return [ContentWarning(path=top, sentence=sentence) for top in sorted(tops)]
