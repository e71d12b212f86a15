from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

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
