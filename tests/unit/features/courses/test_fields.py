from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from etude.features.courses.fields import NoSuchTimeError, to_utc
from etude.features.courses.forms import AssignmentForm, CourseForm, DuplicateForm, zone_choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

TORONTO = "America/Toronto"


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def dated(**values: str) -> AssignmentForm:
    return AssignmentForm(MultiDict({"points": "10", **values}), zone=TORONTO)


@pytest.mark.parametrize(
    ("local", "latest", "expected"),
    [
        ("2026-12-04T18:00", False, datetime(2026, 12, 4, 23, tzinfo=UTC)),
        ("2026-07-04T18:00", False, datetime(2026, 7, 4, 22, tzinfo=UTC)),
        ("2026-11-01T01:30", False, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2026-11-01T01:30", True, datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ("2027-03-14T01:59", True, datetime(2027, 3, 14, 6, 59, tzinfo=UTC)),
        ("2027-03-14T03:00", False, datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_time_is_one_instant(local: str, latest: bool, expected: datetime) -> None:
    assert to_utc(datetime.fromisoformat(local), TORONTO, latest=latest) == expected


@pytest.mark.parametrize("latest", [False, True])
def test_a_time_that_the_clocks_jump_over_is_refused(latest: bool) -> None:
    with pytest.raises(NoSuchTimeError):
        to_utc(datetime.fromisoformat("2027-03-14T02:30"), TORONTO, latest=latest)


def test_times_are_read_and_shown_on_the_clock_of_the_course() -> None:
    form = dated(due_at="2026-12-04T18:00")
    shown = AssignmentForm(None, due_at=datetime(2026, 12, 4, 23, tzinfo=UTC), zone=TORONTO)

    assert form.validate()
    assert form.due_at.data == datetime(2026, 12, 4, 23, tzinfo=UTC)
    assert 'value="2026-12-04T18:00"' in shown.due_at()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2027-03-14T02:30", "the clocks are put forward"),
        ("tomorrow", "Type a day and a time"),
        ("1999-01-01T10:00", "Type a year from 2000 to 2200"),
        ("0001-01-01T00:00", "Type a year from 2000 to 2200"),
        ("9999-12-31T23:59", "Type a year from 2000 to 2200"),
        ("2026-02-30T10:00", "Type a day and a time"),
    ],
)
def test_a_time_that_is_none_is_told_at_its_field_and_kept(text: str, sentence: str) -> None:
    form = dated(due_at=text)

    assert not form.validate()
    assert sentence in form.due_at.errors[0]
    assert f'value="{text}"' in form.due_at()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"opens_at": "2026-12-04T18:00", "due_at": "2026-12-04T18:00"}, "due_at", "due before it opens"),
        ({"opens_at": "2026-12-04T18:00", "closes_at": "2026-12-03T18:00"}, "closes_at", "close before it opens"),
        ({"due_at": "2026-12-04T18:00", "closes_at": "2026-12-04T17:59"}, "closes_at", "close before it is due"),
    ],
)
def test_dates_in_the_wrong_order_are_told_at_the_later_one(values: dict[str, str], field: str, sentence: str) -> None:
    form = dated(**values)

    assert not form.validate()
    assert sentence in form[field].errors[0]


def test_work_may_close_in_the_minute_it_is_due() -> None:
    assert dated(due_at="2026-12-04T18:00", closes_at="2026-12-04T18:00").validate()


@pytest.mark.parametrize(("text", "expected"), [("12", "12"), ("12.5", "12.5"), ("12,25", "12.25"), ("0", "0")])
def test_points_are_typed_with_a_comma_or_a_dot(text: str, expected: str) -> None:
    form = dated(points=text)

    assert form.validate()
    assert form.points.data == Decimal(expected)


@pytest.mark.parametrize("text", ["-1", "1e3", "NaN", "Infinity", "1.234", "10001", "١٢", "1 000", ".", "1..2", "²"])
def test_points_that_are_no_number_are_refused_and_kept(text: str) -> None:
    form = dated(points=text)

    assert not form.validate()
    assert form.points.errors == ["Type a number from 0 to 10000, with at most two decimals."]


@pytest.mark.parametrize("text", ["x", "1.5", "²", "99999999999", "0", "-3"])
def test_attempts_are_a_whole_number_from_one(text: str) -> None:
    form = dated(attempts=text)

    assert not form.validate()
    assert form.attempts.errors


def test_no_attempts_means_any_number() -> None:
    form = dated(attempts="")

    assert form.validate()
    assert form.values().attempts is None


@pytest.mark.parametrize("field", ["late_percent", "late_floor_percent"])
@pytest.mark.parametrize("text", ["-1", "101", "ten"])
def test_the_late_rule_is_in_per_cent(field: str, text: str) -> None:
    form = dated(**{field: text})

    assert not form.validate()
    assert form[field].errors


def test_a_course_needs_code_and_title_and_a_zone_of_the_world() -> None:
    form = CourseForm(MultiDict({"locale": "de", "zone": "Mars/Phobos"}))

    assert not form.validate()
    assert set(form.errors) == {"code", "title", "locale", "zone"}


@pytest.mark.parametrize(("field", "length"), [("code", 33), ("title", 121), ("description", 10_001)])
def test_the_texts_of_a_course_have_a_longest_length(field: str, length: int) -> None:
    good = {"code": "A", "title": "B", "locale": "fr", "zone": TORONTO}

    assert CourseForm(MultiDict(good)).validate()
    assert not CourseForm(MultiDict({**good, field: "x" * length})).validate()


def test_every_zone_that_is_offered_exists() -> None:
    values = [choice.value for choice in zone_choices()]

    assert {"America/Toronto", "Europe/Paris", "Pacific/Noumea", "UTC"} <= set(values)
    assert len(values) == len(set(values))


@pytest.mark.parametrize("first_day", ["", "soon", "1999-01-01"])
def test_a_copy_with_moved_dates_needs_its_first_day(first_day: str) -> None:
    form = DuplicateForm(MultiDict({"code": "A", "title": "B", "dates": "shift", "first_day": first_day}))

    assert not form.validate()
    assert form.first_day.errors
