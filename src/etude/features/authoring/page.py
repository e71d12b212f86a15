"""An activity's own page: what students see, its versions, the courses that use it, the check of its solutions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from etude.content import ContentError
from etude.content.model import COURSE_LANGUAGES, pick_text
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.authoring import differences, library
from etude.features.authoring.rights import get_activity, may_edit
from etude.models import ActivityVersion, User
from etude.models.activity.publishing import Publishing, may_publish
from etude.models.activity.using import get_courses_using
from etude.web.contents import content_of
from etude.web.i18n import translate
from etude.web.judges import missing_note, waiting_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.content import ActivityContent
    from etude.features.authoring.differences import FileDiff
    from etude.models import Activity
    from etude.models.activity.using import UsingCourse

VERSIONS_SHOWN = 5
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version: number, when, by whom ("" for the product itself), what was said of it, whether it counts.

    `restored_number` is that of the earlier version that it brought back.
    """

    number: int
    made_at: datetime
    made_by: str
    is_latest: bool
    note: str = ""
    restored_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The check of the solutions, ready for the page: what it means, whether it is going on, one row per solution.

    `waiting_reason` is why it cannot go on at the moment, empty when it can.
    """

    publishing: Publishing
    is_waiting: bool
    waiting_reason: str
    checked_at: datetime | None
    reason: str
    rows: tuple[Mapping[str, Any], ...]

    @property
    def agreeing(self) -> int:
        """How many solutions get the verdict that they should."""
        return sum(bool(row["agrees"]) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPage:
    """Everything that the page shows."""

    activity: Activity
    content: ActivityContent
    number: int
    title: str
    kind: str
    languages: tuple[str, ...]
    missing_note: str
    owner: str
    may_edit: bool
    versions: tuple[VersionLine, ...]
    has_more_versions: bool
    courses: tuple[UsingCourse, ...]
    own_course_ids: frozenset[int]
    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """A page of an activity's versions."""

    lines: tuple[VersionLine, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of an activity and the files that differ between them; `latest` is the number of the newest."""

    older: VersionLine
    newer: VersionLine
    files: tuple[FileDiff, ...]
    latest: int = 0


def get_page(activity_id: int, *, reader: User, locale: str) -> ActivityPage:
    """Return an activity's page for a reader.

    Raises:
        NotFound: there is no such activity, or it is in the bin.
    """
    activity = get_activity(db.session, activity_id)
    content = content_of(db.session, activity.latest_version_id)
    versions = get_versions(activity, page=1, size=VERSIONS_SHOWN)
    latest = latest_version(activity)
    courses = tuple(get_courses_using(db.session, [activity.id]).get(activity.id, []))
    return ActivityPage(
        activity=activity,
        content=content,
        number=latest.number,
        title=pick_text(content.title, locale),
        kind=library.kind_label(content.kind),
        languages=tuple(library.language_label(name) for name in content.languages),
        missing_note=missing_note(content.languages, is_staff=True),
        owner=_names([activity.owner_id]).get(activity.owner_id or 0, ""),
        may_edit=may_edit(db.session, reader, activity),
        versions=versions.lines,
        has_more_versions=versions.has_more,
        courses=courses,
        own_course_ids=library.own_courses(reader, [course.id for course in courses]),
        check=get_check(latest),
    )


def latest_version(activity: Activity) -> ActivityVersion:
    """Return the version of an activity that counts, without its document.

    Raises:
        NotFound: it has none.
    """
    version_id = activity.latest_version_id
    version = db.session.get(ActivityVersion, version_id) if version_id is not None else None
    if version is None:
        raise NotFound
    return version


def get_check(version: ActivityVersion) -> Check:
    """Return the check of a version's solutions for the page."""
    result = version.check_result or {}
    at = result.get("checked_at")
    is_waiting = result.get("state") == "waiting"
    return Check(
        publishing=may_publish(version),
        is_waiting=is_waiting,
        waiting_reason=_waiting_reason(version) if is_waiting else "",
        checked_at=datetime.fromisoformat(at) if at else None,
        reason=translate(result["reason"]) if result.get("reason") else "",
        rows=tuple(_shown(row) for row in result.get("rows", ())),
    )


def _shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with what did not come out in the reader's words."""
    missed = [{**one, "sentence": translate(one["sentence"], one["values"])} for one in row.get("missed", ())]
    return {**row, "missed": missed}


def _waiting_reason(version: ActivityVersion) -> str:
    """Return why some solution of a version cannot be judged at the moment; empty when all can."""
    solutions = content_of(db.session, version.id).solutions
    reasons = (waiting_reason(is_staff=True, language=one.language) for one in solutions if one.language)
    return next(filter(None, reasons), "")


def _names(user_ids: Iterable[int | None]) -> dict[int, str]:
    return User.get_names(db.session, {user_id for user_id in user_ids if user_id is not None})


def get_versions(activity: Activity, *, page: int, size: int = PAGE_SIZE) -> VersionPage:
    """Return a page of an activity's versions, the newest first."""
    found = ActivityVersion.get_page(db.session, activity.id, offset=(max(1, page) - 1) * size, limit=size + 1)
    return VersionPage(lines=tuple(_lines(activity, found[:size])), has_more=len(found) > size)


def _lines(activity: Activity, versions: Iterable[ActivityVersion]) -> Iterable[VersionLine]:
    rows = list(versions)
    names = _names(version.made_by_id for version in rows)
    for version in rows:
        yield VersionLine(
            number=version.number,
            made_at=version.made_at,
            made_by=names.get(version.made_by_id or 0, ""),
            is_latest=version.id == activity.latest_version_id,
            note=version.note,
            restored_number=version.restored_number,
        )


def compare(activity: Activity, older: int, newer: int) -> Comparison:
    """Return what differs between two versions of an activity.

    Raises:
        NotFound: one of the two does not exist.
    """
    first = ActivityVersion.get_by_number(db.session, activity.id, older)
    second = ActivityVersion.get_by_number(db.session, activity.id, newer)
    if first is None or second is None:
        raise NotFound
    lines = list(_lines(activity, [first, second]))
    files = differences.compare(content_of(db.session, first.id), content_of(db.session, second.id))
    return Comparison(older=lines[0], newer=lines[1], files=tuple(files), latest=latest_version(activity).number)


def find_content(activity: Activity, number: int) -> ActivityContent | None:
    """Return the content of one version of an activity; None when there is no such version or it cannot be read."""
    version = ActivityVersion.get_by_number(db.session, activity.id, number)
    try:
        return content_of(db.session, version.id) if version is not None else None
    except ContentError:
        return None


def statements(content: ActivityContent) -> list[tuple[str, str, str]]:
    """Return language, title and statement (Markdown) for each course language that the activity has."""
    return [
        (language, pick_text(content.title, language), pick_text(content.statement, language))
        for language in COURSE_LANGUAGES
        if language in content.statement or "" in content.statement
    ]
