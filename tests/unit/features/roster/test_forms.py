from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from etude.features.roster.forms import AddMemberForm, ClassCodeForm, ImportForm, OpenClaimsForm
from etude.features.roster.reading import Order

if TYPE_CHECKING:
    from flask import Flask


def test_what_was_pasted_wins_over_a_file(app: Flask) -> None:
    file = FileStorage(io.BytesIO(b"Noah Roy"), filename="names.csv")
    with app.test_request_context():
        form = ImportForm(MultiDict({"text": "Emma Tremblay", "file": file, "order": "given"}), meta={"csrf": False})

        assert form.validate()
        assert form.names_text() == "Emma Tremblay"


@pytest.mark.parametrize(("order", "is_right"), [("given", True), ("family", True), ("sideways", False)])
def test_the_order_is_one_of_two(order: str, is_right: bool, app: Flask) -> None:
    with app.test_request_context():
        form = ImportForm(MultiDict({"text": "Emma Tremblay", "order": order}), meta={"csrf": False})

        assert form.validate() is is_right
    assert {Order.GIVEN_FIRST, Order.FAMILY_FIRST} == set(Order)


@pytest.mark.parametrize(("minutes", "is_right"), [("20", True), ("100000", False), ("x", False)])
def test_the_class_is_open_for_one_of_the_offered_times(minutes: str, is_right: bool, app: Flask) -> None:
    with app.test_request_context():
        assert OpenClaimsForm(MultiDict({"minutes": minutes}), meta={"csrf": False}).validate() is is_right


def test_the_class_code_is_asked_for_without_autocorrection(app: Flask) -> None:
    with app.test_request_context():
        shown = ClassCodeForm(meta={"csrf": False}).code()

    assert 'autocorrect="off"' in shown
    assert 'autocapitalize="characters"' in shown


def test_a_role_that_does_not_exist_is_refused(app: Flask) -> None:
    with app.test_request_context():
        form = AddMemberForm(
            MultiDict({"login": "cy", "role": "emperor", "section": "0"}), sections=[], meta={"csrf": False}
        )

        assert not form.validate()
        assert set(form.errors) == {"role"}
