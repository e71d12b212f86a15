from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from etude.features.accounts.forms import AccountForm, SchoolForm
from etude.models.user import SchoolRole

if TYPE_CHECKING:
    from flask import Flask

EVE = {"given_name": "Eve", "family_name": "Roy", "login": "eve", "email": "eve@x.org", "school_role": "teacher"}


def test_an_account_is_read_whole(app: Flask) -> None:
    with app.test_request_context():
        form = AccountForm(MultiDict(EVE), meta={"csrf": False})

        assert form.validate()
        assert form.values().school_role is SchoolRole.TEACHER


@pytest.mark.parametrize(("field", "value"), [("school_role", "emperor"), ("email", "nowhere"), ("login", "")])
def test_a_wrong_value_is_refused_at_its_field(field: str, value: str, app: Flask) -> None:
    with app.test_request_context():
        form = AccountForm(MultiDict({**EVE, field: value}), meta={"csrf": False})

        assert not form.validate()
        assert set(form.errors) == {field}


def test_the_schools_address_is_kept_without_a_last_slash(app: Flask) -> None:
    values = {"school_name": "É", "locale": "fr", "zone": "UTC", "contact": "A", "address": "http://etude.lan:8000/"}
    with app.test_request_context():
        form = SchoolForm(MultiDict(values), meta={"csrf": False})

        assert form.validate()
        assert form.values().address == "http://etude.lan:8000"
