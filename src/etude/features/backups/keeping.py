"""Which backups are kept: of the last days, weeks and months that have any, the newest of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from datetime import datetime

    from etude.config import Config


class Made(Protocol):
    """What has a time at which it was made."""

    @property
    def made_at(self) -> datetime: ...


MadeT = TypeVar("MadeT", bound=Made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How many days, weeks and months back the newest backup of each is kept; only those count that have one."""

    days: int
    weeks: int = 0
    months: int = 0

    @classmethod
    def of(cls, config: Config) -> Rule:
        """Return the rule of the settings."""
        return cls(days=config.backups_kept, weeks=config.backups_kept_weeks, months=config.backups_kept_months)

    def choose_dropped(self, backups: Iterable[MadeT]) -> list[MadeT]:
        """Return what need not be kept, newest first. All of the newest day stay: somebody made them on purpose."""
        newest_first = sorted(backups, key=lambda one: one.made_at, reverse=True)
        kept = [one for one in newest_first if one.made_at.date() == newest_first[0].made_at.date()]
        kept += _newest_of(newest_first, lambda at: at.date(), self.days)
        kept += _newest_of(newest_first, lambda at: at.isocalendar()[:2], self.weeks)
        kept += _newest_of(newest_first, lambda at: (at.year, at.month), self.months)
        return [one for one in newest_first if one not in kept]


def _newest_of(newest_first: Sequence[MadeT], span_of: Callable[[datetime], Hashable], count: int) -> list[MadeT]:
    """Return the newest of each of the last spans that have any."""
    newest: dict[Hashable, MadeT] = {}
    for one in newest_first:
        newest.setdefault(span_of(one.made_at), one)
    return list(newest.values())[:count]
