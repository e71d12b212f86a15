"""The course page of a student, in two queries besides the guard's.

The page must stay cheap with fifty assignments and thirty readers at once. What one assignment looks like depends on
few things that many readers share, so its note and its line are drawn once for each combination and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from etude.extensions import db
from etude.features.courses import stave, words
from etude.models import Progress
from etude.models.activity.listing import get_listed
from etude.models.activity.override_list import get_overrides_of
from etude.models.activity.rules import Rules, Window, effective
from etude.models.progress import ProgressState
from etude.web import i18n

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from etude.models import Course
    from etude.models.activity.listing import ListedAssignment

Summary = tuple[ProgressState, "Decimal | None", int]
NOTHING_YET: Summary = (ProgressState.NOT_STARTED, None, 0)
UNFINISHED = (ProgressState.NOT_STARTED, ProgressState.STARTED)
TONES = {Window.NOT_OPEN: "", Window.OPEN: "", Window.LATE: "gold", Window.CLOSED: "bad"}
REMEMBERED = 4096
"""Drawings of about 1.5 KB each."""


class Reader(NamedTuple):
    """What the drawing of an assignment depends on besides the assignment: the course and who reads it where."""

    locale: str
    title_locale: str
    zone: str
    is_foreign: bool
    work_url: str


class Standing(NamedTuple):
    """Where one person stands with one assignment now; `exception` is None for whoever has none."""

    number: int
    exception: Rules | None
    window: Window
    summary: Summary
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One assignment as a line and as a note. `label` is what a screen reader hears of the note."""

    number: int
    url: str
    title: str
    state: str
    state_label: str
    points_text: str
    facts: tuple[str, ...]
    window_label: str
    window_tone: str
    is_here: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """An item with its HTML."""

    item: Item
    note: Markup
    line: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class StaveRow:
    """One stave with its notes."""

    width: int
    lines: Markup
    notes: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePage:
    """What a student sees of a course."""

    rows: tuple[StaveRow, ...]
    lines: Markup
    key: Markup
    next_item: Item | None
    summary: str


def get_course_page(course: Course, user_id: int, section_id: int | None, at: datetime) -> CoursePage:
    """Return the page of a course for one person, exceptions applied."""
    listed = get_listed(db.session, course.id, visible_only=True)
    standings = _get_standings(course, listed, (user_id, section_id), at)
    reader = _reader(course)
    rows = stave.lay_out(len(listed))
    places = [place for row in rows for place in row.notes]
    drawings = [_draw(*each, reader) for each in zip(listed, standings, places, strict=True)]
    completed = sum(one.summary[0] is ProgressState.COMPLETED for one in standings)
    return CoursePage(
        rows=tuple(
            StaveRow(
                width=row.width,
                lines=_draw_lines(row.width),
                notes=_join(one.note for one in drawings[row.first : row.first + len(row.notes)]),
            )
            for row in rows
        ),
        lines=_join(one.line for one in drawings),
        key=_draw_key(reader.locale),
        next_item=next((one.item for one in drawings if one.item.is_here), None),
        summary=ngettext(
            "%(done)s of %(num)s activity completed",
            "%(done)s of %(num)s activities completed",
            len(listed),
            done=completed,
        ),
    )


def _get_standings(
    course: Course, listed: tuple[ListedAssignment, ...], who: tuple[int, int | None], at: datetime
) -> list[Standing]:
    """Return where a person (account, section) stands; the first open, unfinished assignment is where to go on."""
    summaries = Progress.get_summaries(db.session, who[0], course.id)
    overrides = get_overrides_of(db.session, course.id, *who)
    standings: list[Standing] = []
    is_here_found = course.is_archived
    for number, one in enumerate(listed, start=1):
        exception = effective(one, overrides[one.id]) if one.id in overrides else None
        window = Window.CLOSED if course.is_archived else (exception or one.rules).state_at(at)
        summary = summaries.get(one.id, NOTHING_YET)
        is_here = not is_here_found and summary[0] in UNFINISHED and window.takes_answers
        is_here_found = is_here_found or is_here
        standings.append(Standing(number=number, exception=exception, window=window, summary=summary, is_here=is_here))
    return standings


def _reader(course: Course) -> Reader:
    return Reader(
        locale=i18n.choose_locale(),
        title_locale=course.locale,
        zone=course.zone,
        is_foreign=i18n.choose_zone() != course.zone,
        work_url=work_url(),
    )


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  each part is markup already; Markup.join would look at each again


def work_url() -> str:
    """Return the address of an activity's page up to its number: fifty calls of `url_for` would cost more than SQL."""
    return str(url_for("activities.show_assignment", assignment_id=0)).removesuffix("0")


@lru_cache(maxsize=REMEMBERED)
def _draw(one: ListedAssignment, standing: Standing, place: stave.Note, reader: Reader) -> Drawing:
    """Return an item with its HTML. The result depends on nothing but the arguments: the page's locale is one."""
    item = _describe(one, standing, reader)
    macros = current_app.jinja_env.get_template("courses/_item.html").module
    return Drawing(item=item, note=macros.note_link(item, place), line=macros.line(item))  # type: ignore[attr-defined]


@lru_cache(maxsize=64)
def _draw_lines(width: int) -> Markup:
    """Return the lines of one stave."""
    macros = current_app.jinja_env.get_template("courses/_stave.html").module
    lines: Markup = macros.lines(width)  # type: ignore[attr-defined]
    return lines


@lru_cache(maxsize=8)
def _draw_key(_locale: str) -> Markup:
    """Return what the notes mean, in the page's language."""
    macros = current_app.jinja_env.get_template("components/stave.html").module
    key: Markup = macros.stave_key()  # type: ignore[attr-defined]
    return key


def _describe(one: ListedAssignment, standing: Standing, reader: Reader) -> Item:
    state, best, used = standing.summary
    rules = standing.exception or one.rules
    title = one.title(reader.title_locale)
    state_label = words.state_labels(reader.locale)[state]
    is_over = state is ProgressState.COMPLETED and standing.window is not Window.NOT_OPEN
    window_label = "" if is_over else _window_label(standing.window)
    best_text = "–" if best is None else words.number_text(best, reader.locale)
    return Item(
        number=standing.number,
        url=f"{reader.work_url}{one.id}",
        title=title,
        state=state.value,
        state_label=state_label,
        points_text=f"{best_text}/{words.number_text(one.points, reader.locale)}",
        facts=_facts(one, rules, standing.window, used, reader),
        window_label=window_label,
        window_tone=TONES[standing.window],
        is_here=standing.is_here,
        label=f"{standing.number}. {title}, {state_label}" + (f", {window_label}" if window_label else ""),
    )


def _window_label(window: Window) -> str:
    labels: dict[Window, str] = {
        Window.NOT_OPEN: _("not open yet"),
        Window.OPEN: "",
        Window.LATE: _("late"),
        Window.CLOSED: _("closed"),
    }
    return labels[window]


def _facts(one: ListedAssignment, rules: Rules, window: Window, used: int, reader: Reader) -> tuple[str, ...]:
    facts = [words.kind_label(one.kind, reader.locale)]
    show = words.DateWords(reader.zone, reader.locale, is_foreign=reader.is_foreign)
    if text := words.window_text(rules, window, show):
        facts.append(text)
    if rules.attempts is not None:
        facts.append(_("attempts: %(used)s of %(most)s", used=used, most=rules.attempts))
    return tuple(facts)
