from __future__ import annotations

from typing import TYPE_CHECKING

from etude.features.backups.forms import BackupForm

if TYPE_CHECKING:
    from flask import Flask


def test_form_asks_for_nothing_but_the_token_against_forged_requests(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = BackupForm()

        assert [field.name for field in form] == ["csrf_token"]
        assert not form.validate_on_submit()
        assert list(form.errors) == ["csrf_token"]
