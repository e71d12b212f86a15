from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from etude.models import KnownDevice
from etude.models.user.locking import MAX_FAILED_LOGINS
from etude.models.user.session import digest
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

SECRET = "s" * 32


def device(user_id: int, secret: str = SECRET) -> KnownDevice:
    return KnownDevice(user_id=user_id, secret_hash=digest(secret), first_used_at=START, last_used_at=START)


def test_device_is_known_by_its_cookie_and_to_its_account_only(session: UnitOfWorkSession) -> None:
    emma, noah = factories.user("Emma"), factories.user("Noah")
    known = factories.add(device(emma.id))

    assert KnownDevice.get_for(session, emma.id, SECRET).id == known.id
    assert KnownDevice.get_for(session, noah.id, SECRET) is None
    assert KnownDevice.get_for(session, emma.id, "another") is None


def test_cookie_itself_is_not_stored(session: UnitOfWorkSession) -> None:
    known = factories.add(device(factories.user().id))

    assert SECRET not in known.secret_hash


def test_one_browser_may_be_known_to_two_accounts_but_once_to_each(session: UnitOfWorkSession) -> None:
    emma = factories.user("Emma")
    factories.add(device(emma.id))
    factories.add(device(factories.user("Noah").id))

    with pytest.raises(IntegrityError):
        factories.add(device(emma.id))


def test_wrong_passwords_on_a_device_lock_it_for_a_growing_time() -> None:
    known = KnownDevice(failed_logins=MAX_FAILED_LOGINS - 1)

    known.note_failed_login(START)
    first = known.locked_until
    known.note_failed_login(START)

    assert first == START + timedelta(minutes=1)
    assert known.locked_until == START + timedelta(minutes=2)
    assert known.is_locked(START)
    assert not known.is_locked(known.locked_until)


def test_first_wrong_passwords_are_free() -> None:
    known = KnownDevice(failed_logins=0)

    known.note_failed_login(START)

    assert (known.failed_logins, known.is_locked(START)) == (1, False)


def test_device_is_found_by_the_login_that_is_typed(session: UnitOfWorkSession) -> None:
    emma = factories.user("Emma", login="émma", email="emma@school.example")
    known = factories.add(device(emma.id))

    found = [KnownDevice.get_for_login(session, login, SECRET) for login in ("EMMA", "emma@school.example")]

    assert [one.id for one in found] == [known.id, known.id]
    assert KnownDevice.get_for_login(session, "emma", "another") is None
    assert KnownDevice.get_for_login(session, "nobody", SECRET) is None
