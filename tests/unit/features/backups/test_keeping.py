from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from etude.features.backups.keeping import Rule

SUNDAY = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Copy:
    made_at: datetime


def nights(count: int) -> list[Copy]:
    """A copy of each of the last nights, the newest first."""
    return [Copy(SUNDAY - timedelta(days=day)) for day in range(count)]


def kept(rule: Rule, copies: list[Copy]) -> list[str]:
    dropped = rule.choose_dropped(copies)
    return [f"{copy.made_at:%m-%d}" for copy in copies if copy not in dropped]


def test_newest_of_each_day_week_and_month_is_kept() -> None:
    rule = Rule(days=3, weeks=3, months=3)

    found = kept(rule, nights(100))

    assert found == ["11-29", "11-28", "11-27", "11-22", "11-15", "10-31", "09-30"]


def test_all_of_the_newest_day_stay_and_one_of_an_older_day() -> None:
    today = [Copy(SUNDAY + timedelta(hours=hour)) for hour in (6, 3, 0)]
    yesterday = [Copy(SUNDAY - timedelta(days=1) + timedelta(hours=hour)) for hour in (6, 0)]

    dropped = Rule(days=2).choose_dropped([*yesterday, *today])

    assert dropped == [yesterday[1]]


def test_days_without_a_copy_do_not_count() -> None:
    copies = [Copy(SUNDAY - timedelta(days=days)) for days in (0, 40, 80)]

    assert Rule(days=3).choose_dropped(copies) == []


def test_nothing_is_dropped_of_nothing() -> None:
    assert Rule(days=1, weeks=1, months=1).choose_dropped([]) == []
