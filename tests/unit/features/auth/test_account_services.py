"""What a person does with the own account, where it cannot be done: gone meanwhile, done before, locked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest

from etude.core import clock
from etude.core.errors import Conflict, NotFound
from etude.extensions import db
from etude.features.auth import account_services as services
from etude.features.auth import phone_secrets
from etude.features.auth.account_services import Check, Profile
from etude.models import AuditEntry, User, UserSession
from etude.models.user.operations import Visitor
from etude.models.user.totp import make_secret
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask

NOBODY = 999
VISITOR = Visitor(device_secret="", browser="Firefox")


@pytest.fixture
def sign_in_id(app: Flask, people: factories.People, session: object) -> int:
    """The number of Ada's sign-in."""
    factories.sign_in(app, people.ada)
    return int(UserSession.get_open_for(db.session, people.ada, seen_since=clock.now() - timedelta(hours=1))[0].id)


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now())


@pytest.mark.usefixtures("session", "people")
def test_an_account_that_is_gone_meanwhile_is_not_found() -> None:
    at, secret = clock.now(), make_secret()
    attempts = [
        lambda: services.change_password(NOBODY, "old", "new", visitor=VISITOR, at=at),
        lambda: services.save_profile(NOBODY, Profile(locale="fr", theme="", zone="UTC")),
        lambda: services.enable_second_factor(NOBODY, secret, code_of(secret), at=at),
        lambda: services.remove_second_factor(NOBODY, "old", visitor=VISITOR, at=at),
        lambda: services.renew_recovery_codes(NOBODY, "old", visitor=VISITOR, at=at),
        lambda: services.end_session(NOBODY, NOBODY, at=at),
        lambda: services.end_other_sessions(NOBODY, at=at),
    ]

    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.usefixtures("session")
def test_a_student_has_no_second_factor_to_set_up(app: Flask, people: factories.People) -> None:
    factories.sign_in(app, people.ben)
    secret = make_secret()
    bens = UserSession.get_open_for(db.session, people.ben, seen_since=clock.now() - timedelta(hours=1))[0]

    with pytest.raises(NotFound):
        services.enable_second_factor(bens.id, secret, code_of(secret), at=clock.now())


def test_of_two_tabs_that_set_up_codes_the_slower_is_told(sign_in_id: int) -> None:
    first, second = make_secret(), make_secret()
    services.enable_second_factor(sign_in_id, first, code_of(first), at=clock.now())

    with pytest.raises(Conflict):
        services.enable_second_factor(sign_in_id, second, code_of(second), at=clock.now())


def test_recovery_codes_of_who_is_asked_for_none_are_not_found(people: factories.People, sign_in_id: int) -> None:
    with pytest.raises(NotFound):
        services.renew_recovery_codes(people.ada, factories.PASSWORD, visitor=VISITOR, at=clock.now())


def test_guessing_the_present_password_locks_and_then_even_the_right_one_waits(
    people: factories.People, sign_in_id: int
) -> None:
    at = clock.now()
    guesses = [services.change_password(sign_in_id, "wrong", "new", visitor=VISITOR, at=at)[0] for _ in range(5)]

    right, _ = services.change_password(sign_in_id, factories.PASSWORD, "new", visitor=VISITOR, at=at)

    assert guesses == [Check.WRONG] * 4 + [Check.LOCKED]
    assert right is Check.LOCKED


def test_a_password_is_not_changed_from_a_sign_in_that_goes_while_it_is_hashed(
    people: factories.People, sign_in_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = db.session.get(User, people.ada).password_hash

    def hash_slowly(_password: str) -> str:
        with db.session.begin():
            db.session.delete(db.session.get(UserSession, sign_in_id))
        return "a hash"

    monkeypatch.setattr(services.passwords, "make_hash", hash_slowly)

    with pytest.raises(NotFound):
        services.change_password(sign_in_id, factories.PASSWORD, "new", visitor=VISITOR, at=clock.now())

    assert db.session.get(User, people.ada).password_hash == before


def test_a_sign_in_that_has_ended_is_not_ended_again(people: factories.People, sign_in_id: int) -> None:
    services.end_session(people.ada, sign_in_id, at=clock.now())
    last = AuditEntry.get_last(db.session).id

    services.end_session(people.ada, sign_in_id, at=clock.now() + timedelta(minutes=1))

    assert AuditEntry.get_last(db.session).id == last


@pytest.mark.usefixtures("session")
def test_who_has_set_up_no_phone_has_no_secret(people: factories.People) -> None:
    assert phone_secrets.read(db.session.get(User, people.ada)) == ""
