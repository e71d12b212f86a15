from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_babel import lazy_gettext

from etude.features.accounts import mails as account_mails
from etude.features.auth import mails as auth_mails
from etude.models import User
from etude.web.mails import Mail, compose

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

ADDRESS = "https://etude.example/auth/reset/x"


def ada(locale: str = "") -> User:
    return User(login="ada", given_name="Ada", family_name="Lovelace", email="ada@school.example", locale=locale)


def test_the_frame_names_school_and_person_and_keeps_the_paragraphs_apart(app: Flask) -> None:
    with app.test_request_context():
        mail = compose(ada(), subject="a subject", paragraphs=("one", ADDRESS, "two"))

    assert mail == Mail(
        "ada@school.example", "École de test: a subject", f"Hello Ada Lovelace,\n\none\n\n{ADDRESS}\n\ntwo\n"
    )


def test_the_language_is_the_readers_and_not_that_of_who_asks(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        mail = compose(ada("fr"), subject="sujet", paragraphs=(lazy_gettext("Hello %(name)s,", name="Zoé"),))

    assert mail.subject == "École de test\u00a0: sujet"
    assert mail.text == "Bonjour Ada Lovelace,\n\nBonjour Zoé,\n"


@pytest.mark.parametrize("write", [account_mails.invitation, account_mails.reset, auth_mails.reset_password])
@pytest.mark.parametrize(("locale", "greeting"), [("en", "Hello Ada Lovelace,"), ("fr", "Bonjour Ada Lovelace,")])
def test_every_email_has_the_frame_and_its_link_in_a_line_of_its_own(
    write: Callable[[User, str], Mail], locale: str, greeting: str, app: Flask
) -> None:
    with app.test_request_context():
        mail = write(ada(locale), ADDRESS)

    assert mail.text.startswith(greeting + "\n\n")
    assert f"\n\n{ADDRESS}\n" in mail.text
    assert mail.subject.startswith("École de test")
