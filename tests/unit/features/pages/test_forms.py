from __future__ import annotations

from typing import TYPE_CHECKING

from etude.features.pages.forms import ShowcaseForm

if TYPE_CHECKING:
    from flask import Flask


def test_the_showcase_has_a_field_of_every_kind(app: Flask) -> None:
    with app.test_request_context():
        form = ShowcaseForm(formdata=None)

        kinds = {type(field).__name__ for field in form}

    assert {
        "StringField",
        "EmailField",
        "PasswordField",
        "SelectField",
        "RadioField",
        "TextAreaField",
        "BooleanField",
    } <= kinds


def test_an_address_that_is_none_is_refused_in_a_sentence(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "Ada", "email": "nowhere"}):
        form = ShowcaseForm(meta={"csrf": False})

        form.validate()

    assert form.email.errors == ["Type a whole address, for example ada@example.org."]
