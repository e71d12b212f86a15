from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etude.consoles.gate import PACES
from etude.features.demos.forms import PaceForm, PlainForm, PresenceForm

if TYPE_CHECKING:
    from flask import Flask

    from etude.forms import BaseForm


@pytest.fixture(autouse=True)
def _without_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def sent(app: Flask, form: type[BaseForm], **values: Any) -> BaseForm:
    with app.test_request_context("/", method="POST", json=values):
        made = form()
        made.validate()
        return made


@pytest.mark.parametrize("pace", PACES)
def test_every_pace_can_be_asked_for_with_a_pause_or_without(app: Flask, pace: str) -> None:
    form = sent(app, PaceForm, pace=pace, is_paused=True)

    assert (form.errors, form.pace.data, form.is_paused.data) == ({}, pace, True)
    assert sent(app, PaceForm, pace=pace, is_paused=False).is_paused.data is False


@pytest.mark.parametrize("pace", ["", "never", "LIVE"])
def test_another_pace_is_refused(app: Flask, pace: str) -> None:
    assert sent(app, PaceForm, pace=pace).errors


def test_page_says_whether_it_is_left(app: Flask) -> None:
    assert sent(app, PresenceForm, is_leaving=True).is_leaving.data is True
    assert sent(app, PresenceForm, is_leaving=False).is_leaving.data is False
    assert sent(app, PresenceForm).is_leaving.data is False


def test_button_sends_nothing_else(app: Flask) -> None:
    assert list(sent(app, PlainForm).data) == []
