from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from etude.features.courses.fields import NoSuchTimeError, to_utc
from etude.features.courses.forms import AssignmentForm

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
