from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from etude.audit import AuditTag
from etude.features.audit_log.forms import FilterForm

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.parametrize(("tag", "is_right"), [("", True), (AuditTag.LOGOUT.value, True), ("made:up:tag", False)])
def test_only_acts_that_exist_can_be_chosen(tag: str, is_right: bool, app: Flask) -> None:
    with app.test_request_context():
        assert FilterForm(MultiDict({"tag": tag, "person": ""})).validate() is is_right
