"""The school's library as a teacher sees it who fills a course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.extensions import db
from etude.features.courses import words
from etude.models import Activity
from etude.models.activity.listing import get_listed
from etude.web import i18n

if TYPE_CHECKING:
    from etude.models import Course

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRow:
    """One activity; `assignment_id` is set when it is in the course already."""

    id: int
    title: str
    slug: str
    kind: str
    assignment_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPage:
    """A page of the library; pages count from 1."""

    rows: tuple[LibraryRow, ...]
    page: int
    has_more: bool


def get_library_page(course: Course, page: int) -> LibraryPage:
    """Return a page of the living activities by title in the course's language."""
    page = max(page, 1)
    offset = (page - 1) * PAGE_SIZE
    found = Activity.get_page(db.session, locale=course.locale, offset=offset, limit=PAGE_SIZE + 1)
    assigned = {one.activity_id: one.id for one in get_listed(db.session, course.id)}
    locale = i18n.choose_locale()
    rows = tuple(
        LibraryRow(
            id=activity.id,
            title=activity.title(course.locale),
            slug=activity.slug,
            kind=words.kind_label(activity.kind, locale),
            assignment_id=assigned.get(activity.id),
        )
        for activity in found[:PAGE_SIZE]
    )
    return LibraryPage(rows=rows, page=page, has_more=len(found) > PAGE_SIZE)
