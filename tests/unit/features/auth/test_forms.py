from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from etude.features.auth.forms import CodeForm, CreateAdminForm, ProfileForm, SignInForm
from etude.models import User
from etude.models.user import SchoolRole

if TYPE_CHECKING:
    from flask import Flask

ADMIN = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "login": "ada.l",
    "password": "three geese in a row",
    "repeated": "three geese in a row",
    "school_name": "École",
    "locale": "fr",
    "zone": "America/Toronto",
    "contact": "Ada",
}


def errors(form_class: type, data: dict[str, str], app: Flask, **kwargs: object) -> dict[str, list[str]]:
    with app.test_request_context():
        form = form_class(MultiDict(data), meta={"csrf": False}, **kwargs)
        form.validate()
        return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_signing_in_needs_both_fields(app: Flask) -> None:
    assert set(errors(SignInForm, {}, app)) == {"login", "password"}


def test_a_whole_first_page_is_taken(app: Flask) -> None:
    assert errors(CreateAdminForm, ADMIN, app) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "a b"),
        ("login", "a@b"),
        ("login", "a/b"),
        ("login", "x"),
        ("email", "nowhere"),
        ("password", "short"),
        ("password", "motdepasse1"),
        ("password", "adalovelace"),
        ("zone", "Mars/Base"),
        ("locale", "de"),
        ("contact", ""),
        ("given_name", "A" * 81),
        ("given_name", "A\x00da"),
        ("address", "etude.lan"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(field: str, value: str, app: Flask) -> None:
    assert field in errors(CreateAdminForm, {**ADMIN, field: value, "repeated": value}, app)


def test_names_are_tidied(app: Flask) -> None:
    with app.test_request_context():
        form = CreateAdminForm(MultiDict({**ADMIN, "family_name": "  Love\u00a0 lace "}), meta={"csrf": False})

    assert form.person().family_name == "Love lace"


def test_the_browser_is_told_the_same_rules(app: Flask) -> None:
    with app.test_request_context():
        form = CreateAdminForm(meta={"csrf": False})
        shown = form.login() + form.password()

    assert 'pattern="[^\\s@\\/\\\\]{2,64}"' in shown
    assert 'minlength="10"' in shown


@pytest.mark.parametrize(("role", "has_names"), [(SchoolRole.STUDENT, False), (SchoolRole.TEACHER, True)])
def test_only_staff_change_their_name(role: SchoolRole, has_names: bool, app: Flask) -> None:
    user = User(login="x", given_name="A", family_name="B", school_role=role, locale="", theme="", zone="")
    with app.test_request_context():
        form = ProfileForm(user=user, meta={"csrf": False})

    assert ("given_name" in form) is has_names


def test_a_code_is_asked_for_by_the_phones_keyboard(app: Flask) -> None:
    with app.test_request_context():
        assert 'autocomplete="one-time-code"' in CodeForm(meta={"csrf": False}).code()
