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


@pytest.mark.parametrize(
    ("values", "is_right"),
    [
        ({"since": "2026-11-24"}, True),
        ({"since": "24 November"}, False),
        ({"until": "9999-12-31"}, False),
        ({"target_type": "user", "target_id": "7"}, True),
        ({"target_type": "moon"}, False),
        ({"target_id": "7"}, False),
        ({"target_type": "user", "target_id": "-1"}, False),
    ],
)
def test_days_and_things_are_checked(values: dict[str, str], is_right: bool, app: Flask) -> None:
    with app.test_request_context():
        assert FilterForm(MultiDict(values)).validate() is is_right


def test_days_are_those_of_the_reader_with_the_last_one_whole(app: Flask) -> None:
    with app.test_request_context():
        form = FilterForm(MultiDict({"since": "2026-11-24", "until": "2026-11-24"}))

        since, until = form.times()

    assert (str(since), str(until)) == ("2026-11-24 05:00:00+00:00", "2026-11-25 05:00:00+00:00")
