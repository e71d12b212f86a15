"""Which programs of a class run now: who, in what, since when, what they are doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from etude.extensions import db
from etude.features.consoles import notices
from etude.grading import languages
from etude.models.activity.listing import get_listed
from etude.models.watching import listing
from etude.web.request import settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.models.watching.listing import ListedConsole
    from etude.permissions import Scope

PER_PAGE = 40
QUIET_MINUTES = 2
"""From then on the table says that nothing happens: the program waits for its student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One program. `state` is compiling, running or quiet; `quiet_minutes` for how long nothing happened."""

    id: int
    name: str
    activity: str
    language: str
    opened_at: datetime
    state: str
    quiet_minutes: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of the programs that run, and how many there are."""

    rows: tuple[Row, ...]
    count: int
    number: int
    page_count: int


def get_list_page(scope: Scope, wished: int) -> ListPage:
    """Return a page of the table; pages beyond the last show the last."""
    found = get_living(scope)
    page_count = max(1, -(-len(found) // PER_PAGE))
    number = min(max(wished, 1), page_count)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    titles = {one.id: one.title(scope.course.locale) for one in get_listed(db.session, scope.course.id)}
    states = notices.get_states(settings().consoles, [one.key for one in shown])
    rows = tuple(_make_row(one, titles.get(one.assignment_id, ""), states.get(one.key, {})) for one in shown)
    return ListPage(rows=rows, count=len(found), number=number, page_count=page_count)


def get_living(scope: Scope) -> Sequence[ListedConsole]:
    """Return the programs that this reader may look at."""
    return listing.get_living(db.session, scope.course.id, section_id=scope.section_id)


def _make_row(console: ListedConsole, activity: str, told: dict[str, Any]) -> Row:
    quiet_minutes = int(told.get("quiet_s", 0)) // 60
    is_quiet = told.get("state") == "running" and quiet_minutes >= QUIET_MINUTES
    return Row(
        id=console.id,
        name=console.name,
        activity=activity,
        language=language_label(console.language),
        opened_at=console.opened_at,
        state="quiet" if is_quiet else str(told.get("state", "running")),
        quiet_minutes=quiet_minutes,
        url=url_for("class_consoles.show_look", console_id=console.id),
    )


def language_label(name: str) -> str:
    """Return the name of a programming language for people."""
    entry = languages.load().get(name)
    return entry.label if entry is not None else name
