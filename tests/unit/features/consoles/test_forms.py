from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.features.consoles.forms import HintForm, PlainForm, StopForm

if TYPE_CHECKING:
    from flask import Flask

    from etude.forms import BaseForm


@pytest.fixture(autouse=True)
def _without_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def sent(app: Flask, form: type[BaseForm], **values: str) -> BaseForm:
    with app.test_request_context("/", method="POST", data=values):
        made = form()
        made.validate()
        return made


def test_hint_is_kept_as_it_is_without_the_spaces_around_it(app: Flask) -> None:
    form = sent(app, HintForm, text=" <b>Look</b> at\nline 3 \n")

    assert (form.errors, form.hint()) == ({}, "<b>Look</b> at\nline 3")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501, "nul\x00"])
def test_hint_says_something_and_is_short(app: Flask, text: str) -> None:
    assert sent(app, HintForm, text=text).errors


def test_reason_may_be_missing_and_is_short(app: Flask) -> None:
    assert sent(app, StopForm).why() == ""
    assert sent(app, StopForm, reason=" Too loud ").why() == "Too loud"
    assert sent(app, StopForm, reason="x" * 201).errors


def test_button_needs_nothing_but_its_token(app: Flask) -> None:
    assert not sent(app, PlainForm).errors
