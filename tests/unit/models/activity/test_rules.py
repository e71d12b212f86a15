from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from etude.models.activity.rules import MOST_LATE_DAYS, Rules, Window, effective, scaled

TORONTO = "America/Toronto"
DUE = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Plain:
    """An assignment or an override as plain values."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    attempts: int | None = None
    late_percent: int = 0
    late_floor_percent: int = 0
    user_id: int | None = None
    time_factor: float | None = None


def local(*parts: int, zone: str = TORONTO, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def test_an_assignment_without_dates_is_always_open() -> None:
    rules = effective(Plain())

    assert rules.state_at(DUE) is Window.OPEN
    assert rules.late_days_at(DUE, TORONTO) == 0
    assert rules.attempts is None
    assert rules.time_factor == 1.0


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (timedelta(seconds=-1), Window.NOT_OPEN),
        (timedelta(microseconds=-1), Window.NOT_OPEN),
        (timedelta(), Window.OPEN),
        (timedelta(microseconds=1), Window.OPEN),
    ],
)
def test_work_opens_at_its_very_second(offset: timedelta, expected: Window) -> None:
    rules = Rules(opens_at=DUE)

    assert rules.state_at(DUE + offset) is expected


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (timedelta(seconds=-1), Window.OPEN),
        (timedelta(), Window.OPEN),
        (timedelta(microseconds=999_999), Window.OPEN),
        (timedelta(seconds=1), Window.CLOSED),
    ],
)
def test_the_second_of_closing_is_still_in_time(offset: timedelta, expected: Window) -> None:
    rules = Rules(closes_at=DUE)

    assert rules.state_at(DUE + offset) is expected


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (timedelta(), Window.OPEN),
        (timedelta(microseconds=999_999), Window.OPEN),
        (timedelta(seconds=1), Window.LATE),
        (timedelta(days=2), Window.LATE),
        (timedelta(days=2, seconds=1), Window.CLOSED),
    ],
)
def test_late_work_is_taken_between_the_due_and_the_closing_second(offset: timedelta, expected: Window) -> None:
    rules = Rules(due_at=DUE, closes_at=DUE + timedelta(days=2))

    assert rules.state_at(DUE + offset) is expected


def test_late_work_without_a_closing_is_taken_for_ever() -> None:
    assert Rules(due_at=DUE).state_at(DUE + timedelta(days=4000)) is Window.LATE


@pytest.mark.parametrize(
    ("window", "expected"),
    [(Window.NOT_OPEN, False), (Window.OPEN, True), (Window.LATE, True), (Window.CLOSED, False)],
)
def test_only_open_and_late_work_takes_answers(window: Window, expected: bool) -> None:
    assert window.takes_answers is expected


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(), 0),
        (timedelta(microseconds=999_999), 0),
        (timedelta(seconds=1), 1),
        (timedelta(hours=23), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
        (timedelta(days=7), 7),
        (timedelta(days=7, seconds=1), 8),
    ],
)
def test_a_day_of_lateness_counts_from_its_first_second(after: timedelta, days: int) -> None:
    assert Rules(due_at=DUE).late_days_at(DUE + after, TORONTO) == days


def test_a_late_day_has_25_hours_when_the_clocks_go_back() -> None:
    due = local(2026, 10, 31, 18)
    rules = Rules(due_at=due)

    assert rules.late_days_at(due + timedelta(hours=25), TORONTO) == 1
    assert rules.late_days_at(due + timedelta(hours=25, seconds=1), TORONTO) == 2


def test_a_late_day_has_23_hours_when_the_clocks_go_forward() -> None:
    due = local(2027, 3, 13, 18)
    rules = Rules(due_at=due)

    assert rules.late_days_at(due + timedelta(hours=23), TORONTO) == 1
    assert rules.late_days_at(due + timedelta(hours=23, seconds=1), TORONTO) == 2


def test_a_late_day_that_would_end_in_the_spring_gap_ends_an_hour_later_on_the_clock() -> None:
    rules = Rules(due_at=local(2027, 3, 13, 2, 30))
    end = local(2027, 3, 14, 3, 30)

    assert rules.late_days_at(end, TORONTO) == 1
    assert rules.late_days_at(end + timedelta(seconds=1), TORONTO) == 2


def test_work_due_in_the_second_of_two_equal_hours_is_late_after_that_one() -> None:
    due = local(2026, 11, 1, 1, 30, fold=1)
    rules = Rules(due_at=due)

    assert rules.late_days_at(due - timedelta(minutes=30), TORONTO) == 0
    assert rules.late_days_at(due + timedelta(seconds=1), TORONTO) == 1
    assert rules.late_days_at(local(2026, 11, 2, 1, 30), TORONTO) == 1


def test_days_are_counted_on_the_clock_of_the_course_and_not_in_utc() -> None:
    due = local(2026, 11, 24, 23, 30)
    rules = Rules(due_at=due)

    assert rules.late_days_at(due + timedelta(hours=1), TORONTO) == 1
    assert rules.late_days_at(due + timedelta(hours=1), "Pacific/Kiritimati") == 1


def test_the_count_of_late_days_has_an_end() -> None:
    rules = Rules(due_at=datetime(2000, 1, 1, tzinfo=UTC))

    assert rules.late_days_at(datetime(9999, 12, 31, tzinfo=UTC), TORONTO) == MOST_LATE_DAYS


@pytest.mark.parametrize(
    ("days", "percent", "floor", "expected"),
    [
        (0, 10, 50, "10.00"),
        (1, 10, 0, "9.00"),
        (3, 10, 0, "7.00"),
        (10, 10, 0, "0.00"),
        (99, 10, 0, "0.00"),
        (3, 20, 50, "5.00"),
        (2, 20, 50, "6.00"),
        (5, 0, 0, "10.00"),
        (1, 100, 30, "3.00"),
        (1, 100, 0, "0.00"),
    ],
)
def test_late_work_loses_per_cent_per_day_down_to_the_floor(days: int, percent: int, floor: int, expected: str) -> None:
    rules = Rules(late_percent=percent, late_floor_percent=floor)

    assert rules.penalised(Decimal(10), days) == Decimal(expected)


@pytest.mark.parametrize(("raw", "expected"), [("0.05", "0.05"), ("0.01", "0.01"), ("3.35", "3.02"), ("7.77", "6.99")])
def test_penalised_points_are_rounded_half_up_to_a_hundredth(raw: str, expected: str) -> None:
    assert Rules(late_percent=10).penalised(Decimal(raw), 1) == Decimal(expected)


def test_a_floor_over_a_hundred_gives_nothing_on_top() -> None:
    assert Rules(late_percent=50, late_floor_percent=150).penalised(Decimal(10), 2) == Decimal(10)


@pytest.mark.parametrize(
    ("attempts", "used", "expected"), [(None, 999, True), (3, 2, True), (3, 3, False), (3, 4, False)]
)
def test_attempts_run_out_only_where_they_are_counted(attempts: int | None, used: int, expected: bool) -> None:
    assert Rules(attempts=attempts).has_attempts_left(used) is expected


def test_what_an_override_leaves_empty_stays_as_it_is() -> None:
    assignment = Plain(opens_at=DUE, due_at=DUE + timedelta(days=1), attempts=3, late_percent=10, late_floor_percent=40)

    rules = effective(assignment, [Plain(time_factor=1.5, user_id=7)])

    assert rules == Rules(
        opens_at=DUE,
        due_at=DUE + timedelta(days=1),
        attempts=3,
        time_factor=1.5,
        late_percent=10,
        late_floor_percent=40,
    )


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_students_own_override_wins_over_the_sections_in_any_order(is_reversed: bool) -> None:
    section = Plain(due_at=DUE + timedelta(days=1), attempts=5)
    own = Plain(due_at=DUE + timedelta(days=2), user_id=7)
    overrides = [own, section] if is_reversed else [section, own]

    rules = effective(Plain(due_at=DUE), overrides)

    assert rules.due_at == DUE + timedelta(days=2)
    assert rules.attempts == 5


def test_an_extension_past_the_closing_moves_the_closing() -> None:
    assignment = Plain(due_at=DUE, closes_at=DUE + timedelta(days=1))

    rules = effective(assignment, [Plain(due_at=DUE + timedelta(days=3), user_id=7)])

    assert rules.closes_at == DUE + timedelta(days=3)
    assert rules.state_at(DUE + timedelta(days=3)) is Window.OPEN
    assert rules.state_at(DUE + timedelta(days=3, seconds=1)) is Window.CLOSED


def test_an_override_can_open_work_earlier_for_one_student() -> None:
    rules = effective(Plain(opens_at=DUE), [Plain(opens_at=DUE - timedelta(days=1), user_id=7)])

    assert rules.state_at(DUE - timedelta(hours=1)) is Window.OPEN


@pytest.mark.parametrize(
    ("score", "most", "points", "expected"),
    [
        ("5", "10", "20", "10.00"),
        ("1", "3", "10", "3.33"),
        ("2", "3", "10", "6.67"),
        ("1", "8", "1", "0.13"),
        ("0", "0", "5", "0"),
    ],
)
def test_a_score_is_scaled_to_the_points_of_the_assignment(score: str, most: str, points: str, expected: str) -> None:
    assert scaled(Decimal(score), Decimal(most), Decimal(points)) == Decimal(expected)
