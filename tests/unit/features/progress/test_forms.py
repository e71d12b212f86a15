from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from etude.features.progress.forms import MarkForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context():
        yield


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_mark_says_whose_work_is_done_or_not(answer: str) -> None:
    assert MarkForm(MultiDict({"user_id": "12", "is_completed": answer})).validate()


@pytest.mark.parametrize("user_id", ["", "x", "-1", "1.5", "1234567890", "١٢", "1\n"])
def test_a_mark_without_an_account_is_refused(user_id: str) -> None:
    form = MarkForm(MultiDict({"user_id": user_id, "is_completed": "yes"}))

    assert not form.validate()
    assert list(form.errors) == ["user_id"]


@pytest.mark.parametrize("answer", ["", "perhaps", "YES"])
def test_a_mark_is_yes_or_no(answer: str) -> None:
    form = MarkForm(MultiDict({"user_id": "12", "is_completed": answer}))

    assert not form.validate()
    assert list(form.errors) == ["is_completed"]
