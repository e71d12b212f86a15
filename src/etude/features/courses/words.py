"""What course pages say of states, dates and points, in the language of the page; cached, for fifty lines are drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from etude.kinds import kinds
from etude.models.activity.rules import Rules, Window
from etude.models.progress import ProgressState
from etude.web import i18n
from etude.web.templating import show_datetime, show_number, zone_name

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


@lru_cache(maxsize=8)
def state_labels(_locale: str) -> dict[ProgressState, str]:
    """Return the word for each state; `_locale` is the page's and only a key."""
    return {
        ProgressState.NOT_STARTED: _("not started"),
        ProgressState.STARTED: _("started"),
        ProgressState.TO_REVIEW: _("to review"),
        ProgressState.COMPLETED: _("completed"),
    }


@lru_cache(maxsize=64)
def kind_label(kind: str, _locale: str) -> str:
    """Return a kind's name for people; a kind that was uninstalled keeps its own word."""
    entry = kinds.load().get(kind)
    return i18n.translate(entry.label) if entry else kind


@lru_cache(maxsize=8192)
def date_text(at: datetime, zone: str, _locale: str, *, is_foreign: bool) -> str:
    """Return a day and time on the course's clock, with the zone's name where the reader's differs."""
    words = show_datetime(at, zone)
    return str(_("%(date)s (%(place)s time)", date=words, place=zone_name(zone))) if is_foreign else words


@lru_cache(maxsize=4096)
def number_text(value: Decimal, _locale: str) -> str:
    """Return a number as the language writes it."""
    return show_number(value)


@lru_cache(maxsize=64)
def factor_text(factor: float, _locale: str) -> str:
    """Return a factor as the language writes it: 1.5 or 1,5."""
    return show_number(factor)


def window_text(rules: Rules, window: Window, show: DateWords) -> str:
    """Return the sentence on dates that matters now; empty when nothing is dated."""
    if window is Window.NOT_OPEN and rules.opens_at:
        return str(_("opens %(date)s", date=show(rules.opens_at)))
    if window is Window.CLOSED and rules.closes_at:
        return str(_("closed since %(date)s", date=show(rules.closes_at)))
    if window is Window.LATE and rules.due_at:
        return _late_text(rules, rules.due_at, show)
    if rules.due_at:
        return str(_("due %(date)s", date=show(rules.due_at)))
    if rules.closes_at:
        return str(_("closes %(date)s", date=show(rules.closes_at)))
    return ""


def _late_text(rules: Rules, due_at: datetime, show: DateWords) -> str:
    if rules.closes_at:
        return str(_("was due %(due)s; taken late until %(date)s", due=show(due_at), date=show(rules.closes_at)))
    return str(_("was due %(due)s; still taken late", due=show(due_at)))


class DateWords:
    """Dates on one course's clock for readers of one language, who may live by another clock."""

    def __init__(self, zone: str, locale: str, *, is_foreign: bool) -> None:
        self._zone = zone
        self._locale = locale
        self._is_foreign = is_foreign

    def __call__(self, at: datetime) -> str:
        """Return a day and time in words."""
        return date_text(at, self._zone, self._locale, is_foreign=self._is_foreign)


def dates_for_reader(zone: str) -> DateWords:
    """Return the words for dates of a course for the person who reads now."""
    return DateWords(zone, i18n.choose_locale(), is_foreign=i18n.choose_zone() != zone)
