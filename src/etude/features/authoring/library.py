"""The school's library of activities as its list shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.extensions import db
from etude.grading import languages
from etude.kinds import kinds
from etude.models import Activity, ActivityVersion, Course
from etude.models.activity.publishing import Publishing, may_publish
from etude.models.activity.using import get_courses_using
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from etude.models import User
    from etude.models.activity.using import UsingCourse

PAGE_SIZE = 50
MAX_OWN_COURSES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedActivity:
    """One line of the list."""

    id: int
    title: str
    slug: str
    kind: str
    languages: tuple[str, ...]
    course_languages: tuple[str, ...]
    changed_at: datetime | None
    publishing: Publishing
    courses: tuple[UsingCourse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPage:
    """A page of the list; pages count from 1. `own_course_ids`: the courses that the reader may open."""

    rows: tuple[ListedActivity, ...]
    page: int
    page_count: int
    total: int
    own_course_ids: frozenset[int]


def get_library(page: int, *, locale: str, reader: User) -> LibraryPage:
    """Return a page of the school's living activities, by title in the page's language; five queries at most."""
    total = Activity.count(db.session)
    page_count = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), page_count)
    found = Activity.get_page(db.session, locale=locale, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    versions = _versions(activity.latest_version_id for activity in found)
    courses = get_courses_using(db.session, [activity.id for activity in found])
    rows = tuple(
        _listed(activity, versions.get(activity.latest_version_id or 0), courses.get(activity.id, []), locale)
        for activity in found
    )
    used = {course.id for row in rows for course in row.courses}
    own = own_courses(reader, used) if used else frozenset()
    return LibraryPage(rows=rows, page=page, page_count=page_count, total=total, own_course_ids=own)


def _versions(version_ids: Iterable[int | None]) -> dict[int, ActivityVersion]:
    wanted = [version_id for version_id in version_ids if version_id is not None]
    found = db.session.scalars(sa.select(ActivityVersion).where(ActivityVersion.id.in_(wanted)))
    return {version.id: version for version in found}


def _listed(
    activity: Activity, version: ActivityVersion | None, courses: list[UsingCourse], locale: str
) -> ListedActivity:
    titles = (("fr", activity.title_fr), ("en", activity.title_en))
    return ListedActivity(
        id=activity.id,
        title=activity.title(locale),
        slug=activity.slug,
        kind=kind_label(activity.kind),
        languages=tuple(language_label(name) for name in activity.languages.split()),
        course_languages=tuple(language for language, title in titles if title),
        changed_at=version.made_at if version is not None else None,
        publishing=may_publish(version),
        courses=tuple(courses),
    )


def own_courses(reader: User, course_ids: Iterable[int]) -> frozenset[int]:
    """Return which of some courses a person may open."""
    wanted = frozenset(course_ids)
    if reader.is_admin:
        return wanted
    mine = Course.get_for_user(db.session, reader.id, offset=0, limit=MAX_OWN_COURSES)
    return wanted & {course.id for course, _role in mine}


def kind_label(kind: str) -> str:
    """Return a kind's name for people; a kind that was uninstalled keeps its own word."""
    entry = kinds.load().get(kind)
    return translate(entry.label) if entry else kind


def language_label(name: str) -> str:
    """Return a programming language's name for people."""
    entry = languages.load().get(name)
    return entry.label if entry else name
