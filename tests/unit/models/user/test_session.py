from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from etude.models import User, UserSession
from etude.models.user.session import LONGEST, digest
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from datetime import datetime

    from etude.core.db import UnitOfWorkSession

IDLE = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def sign_in(user: User, secret: str = "secret", **values: object) -> UserSession:
    given = {"epoch": user.session_epoch, "started_at": START, "last_seen_at": START, **values}
    return factories.add(UserSession(user_id=user.id, secret_hash=digest(secret), **given))


def is_open(session: UnitOfWorkSession, at: datetime) -> bool:
    return UserSession.get_by_secret(session, "secret").is_open(at, IDLE)


def test_sign_in_is_found_by_its_cookie_with_its_account(session: UnitOfWorkSession) -> None:
    user = factories.user("Emma")
    sign_in(user)

    found = UserSession.get_by_secret(session, "secret")

    assert found.user.given_name == "Emma"
    assert UserSession.get_by_secret(session, digest("secret")) is None


def test_sign_in_of_an_account_in_the_bin_is_none(session: UnitOfWorkSession) -> None:
    user = factories.user()
    sign_in(user)
    with session.begin():
        session.get(User, user.id).delete(START, None)

    assert UserSession.get_by_secret(session, "secret") is None


@pytest.mark.parametrize(("after", "open_then"), [(IDLE, True), (IDLE + SECOND, False)])
def test_sign_in_ends_when_nothing_is_done(session: UnitOfWorkSession, after: timedelta, open_then: bool) -> None:
    sign_in(factories.user())

    assert is_open(session, START + after) is open_then


@pytest.mark.parametrize(("after", "open_then"), [(LONGEST, True), (LONGEST + SECOND, False)])
def test_sign_in_ends_in_the_evening_whatever_is_done(
    session: UnitOfWorkSession, after: timedelta, open_then: bool
) -> None:
    sign_in(factories.user(), last_seen_at=START + after)

    assert is_open(session, START + after) is open_then


def test_sign_in_ends_with_a_new_password(session: UnitOfWorkSession) -> None:
    user = factories.user()
    sign_in(user)
    with session.begin():
        session.get(User, user.id).set_password_hash("another")

    assert not is_open(session, START)


def test_sign_in_that_was_ended_is_not_open(session: UnitOfWorkSession) -> None:
    sign_in(factories.user(), ended_at=START)

    assert not is_open(session, START)


def test_open_sign_ins_of_an_account_are_listed_the_last_seen_first(session: UnitOfWorkSession) -> None:
    user = factories.user()
    old = sign_in(user, "old", last_seen_at=START - timedelta(minutes=30))
    new = sign_in(user, "new")
    sign_in(user, "ended", ended_at=START)
    sign_in(user, "stale", last_seen_at=START - timedelta(hours=2))
    sign_in(factories.user(), "another")

    listed = UserSession.get_open_for(session, user.id, seen_since=START - IDLE)

    assert [one.id for one in listed] == [new.id, old.id]
    assert UserSession.count_open(session, user.id) == 3


def test_two_sign_ins_never_have_the_same_cookie(session: UnitOfWorkSession) -> None:
    sign_in(factories.user())

    with pytest.raises(IntegrityError):
        sign_in(factories.user())


def test_sign_ins_go_with_the_account(session: UnitOfWorkSession) -> None:
    user = factories.user()
    sign_in(user)
    with session.begin():
        session.execute(sa.delete(User).where(User.id == user.id))

    assert session.scalars(sa.select(UserSession.id)).all() == []
