from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from flask_babel import force_locale

from etude.features.reviews.forms import ReviewForm
from etude.models import Review

if TYPE_CHECKING:
    from flask import Flask


def form_with(app: Flask, values: dict[str, str], *, needs_points: bool = True, locale: str = "en") -> ReviewForm:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/", method="POST", data={"version": "0", **values}), force_locale(locale):
        form = ReviewForm(Decimal(10), needs_points=needs_points)
        form.validate()
        return form


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("7", "7.00"),
        ("7.5", "7.50"),
        ("7,5", "7.50"),
        (" 0 ", "0.00"),
        ("10", "10.00"),
        ("2.005", "2.01"),
        ("7,125", "7.13"),
    ],
)
def test_points_may_have_a_comma_or_a_point_and_are_rounded_half_up(app: Flask, typed: str, points: str) -> None:
    form = form_with(app, {"points": typed, "release": "1"}, locale="fr")

    assert not form.errors
    with app.test_request_context("/"), force_locale("fr"):
        assert form.given_points() == Decimal(points)


def test_a_comma_between_thousands_is_never_taken_for_a_decimal_sign_in_english(app: Flask) -> None:
    assert form_with(app, {"points": "7,125"}).errors == {"points": ["Points go from 0 to 10 here."]}


@pytest.mark.parametrize("typed", ["-1", "10.01", "11", "1e9"])
def test_points_outside_the_assignments_are_refused(app: Flask, typed: str) -> None:
    assert form_with(app, {"points": typed}).errors == {"points": ["Points go from 0 to 10 here."]}


@pytest.mark.parametrize("typed", ["ten", "7/10", "NaN", "1,2,3"])
def test_what_is_no_number_is_refused(app: Flask, typed: str) -> None:
    assert "This is not a number." in form_with(app, {"points": typed}).errors["points"][0]


def test_a_draft_needs_no_points(app: Flask) -> None:
    form = form_with(app, {"comment": " Good. ", "save": "1"})

    assert not form.errors
    assert form.remarks().points is None
    assert form.remarks().comment == "Good."


@pytest.mark.parametrize("button", ["release", "release_next"])
def test_a_release_needs_points_where_the_work_has_no_others(app: Flask, button: str) -> None:
    assert form_with(app, {button: "1"}).errors == {"points": ["Give points first, then release."]}
    assert not form_with(app, {button: "1"}, needs_points=False).errors


@pytest.mark.parametrize("values", [{"comment": "x" * 20_001}, {"comment": "a\x00b"}, {"version": "x"}])
def test_other_values_are_checked(app: Flask, values: dict[str, Any]) -> None:
    assert form_with(app, values).errors


def test_a_saved_review_fills_the_form(app: Flask) -> None:
    with app.test_request_context("/"):
        form = ReviewForm(Decimal(10), needs_points=True)

        form.show(Review(points=Decimal("7.50"), comment="Good.", version=3))

        assert (form.points.data, form.comment.data, form.version.data) == ("7.5", "Good.", "3")
