from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from etude.features.activities.forms import DraftForm, RestoreForm, RunForm

if TYPE_CHECKING:
    from flask import Flask

GOOD = {"files": {"main.py": "print(1)\r\n"}, "language": "python"}


def error_of(app: Flask, form_class: type[Any], body: dict[str, Any]) -> str:
    with app.test_request_context(method="POST", json=body):
        app.config["WTF_CSRF_ENABLED"] = False
        form = form_class()
        form.validate_on_submit()
        return str(form.first_error())


def test_good_draft_has_no_error_and_unix_line_ends(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", json={**GOOD, "base_version": 0}):
        form = DraftForm()

        assert form.validate_on_submit()
        assert form.text().files == {"main.py": "print(1)\n"}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({**GOOD, "base_version": None}, "Type a whole number."),
        ({**GOOD, "base_version": 1 << 40}, "Type a number from 0"),
        ({**GOOD, "base_version": 0, "files": None}, "not a set of files"),
        ({**GOOD, "base_version": 0, "files": {"": "x"}}, "not a set of files"),
        ({**GOOD, "base_version": 0, "files": {"x" * 300: "x"}}, "not a set of files"),
        ({**GOOD, "base_version": 0, "files": {str(n): "" for n in range(101)}}, "not a set of files"),
        ({**GOOD, "base_version": 0, "language": "x" * 40}, "at most 32"),
    ],
)
def test_bad_draft_has_a_sentence(app: Flask, body: dict[str, Any], sentence: str) -> None:
    assert sentence in error_of(app, DraftForm, body)


def test_run_refuses_long_input(app: Flask) -> None:
    assert error_of(app, RunForm, {**GOOD, "stdin": "x"}) == ""
    assert "64 KB" in error_of(app, RunForm, {**GOOD, "stdin": "é" * (33 << 10)})


@pytest.mark.parametrize("version", ["", "0", "-1", "two", str(1 << 40)])
def test_restoring_asks_for_a_version(app: Flask, version: str) -> None:
    assert error_of(app, RestoreForm, {"version": version}) != ""
