from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.models import KnownDevice, RecoveryCode, User, UserSession
from etude.models.user import LinkPurpose, SchoolRole, operations
from etude.models.user.operations import Visitor
from etude.models.user.user import Taken
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time

VISITOR = Visitor("", "Firefox", "10.0.0.7")


@pytest.mark.parametrize(
    ("given", "family", "login"),
    [
        ("Emma", "Tremblay", "emma.tremblay"),
        ("Zoé", "Lévesque-Roy", "zoe.levesque-roy"),
        ("Jan", "van der Berg", "jan.van-der-berg"),
        ("", "Prince", "prince"),
        ("小龍", "李", "student"),
        ("A" * 80, "B" * 80, "a" * 60),
    ],
)
def test_a_login_is_made_of_plain_letters(given: str, family: str, login: str) -> None:
    assert operations.login_stem(given, family) == login


def test_the_third_of_a_name_gets_the_number_three(session: Session) -> None:
    for login in ("emma.tremblay", "emma.tremblay2", "emma.tremblaybis"):
        factories.user("Emma", "Tremblay", login=login)

    assert operations.free_login(session, "Emma", "Tremblay") == "emma.tremblay3"


def test_a_newer_link_ends_the_older_one(session: Session, time: Time) -> None:
    user = factories.user()
    with session.begin():
        user = session.get(User, user.id)
        first = operations.make_link(session, LinkPurpose.INVITATION, at=time.at, lifetime=timedelta(days=7), user=user)
        second = operations.make_link(
            session, LinkPurpose.INVITATION, at=time.at, lifetime=timedelta(days=7), user=user
        )

    from etude.models import OneTimeLink

    assert not OneTimeLink.get_by_token(session, first, LinkPurpose.INVITATION).is_usable(time.at)
    assert OneTimeLink.get_by_token(session, second, LinkPurpose.INVITATION).is_usable(time.at)


def test_a_new_password_ends_sign_ins_and_lifts_locks_of_devices_too(session: Session, time: Time) -> None:
    user_id = factories.user(failed_logins=9, locked_until=time.at + timedelta(hours=1)).id
    with session.begin():
        user = session.get(User, user_id)
        signed_in = operations.open_session(session, user, VISITOR, at=time.at)
        session.flush()
        device = KnownDevice.get_for(session, user_id, signed_in.device_secret)
        device.failed_logins, device.locked_until = 9, time.at + timedelta(hours=1)
    with session.begin():
        operations.set_password(session, session.get(User, user_id), "hash", at=time.at, is_one_time=False)
    session.expire_all()

    user = session.get(User, user_id)
    assert (user.failed_logins, user.locked_until, user.claimed_at) == (0, None, time.at)
    assert not KnownDevice.get_for(session, user_id, signed_in.device_secret).is_locked(time.at)
    found = UserSession.get_by_secret(session, signed_in.session_secret)
    assert not found.is_open(time.at, timedelta(hours=1))


def test_a_one_time_password_does_not_claim_the_name(session: Session, time: Time) -> None:
    user_id = factories.user(password_hash=None).id
    with session.begin():
        operations.set_password(session, session.get(User, user_id), "hash", at=time.at, is_one_time=True)

    user = session.get(User, user_id)
    assert user.must_change_password
    assert user.claimed_at is None


@pytest.mark.parametrize("planted", ["x", "y" * 200])
def test_a_device_cookie_that_is_not_ours_is_replaced(planted: str, session: Session, time: Time) -> None:
    user_id = factories.user().id
    with session.begin():
        signed_in = operations.open_session(session, session.get(User, user_id), Visitor(planted, "", ""), at=time.at)

    assert signed_in.device_secret != planted


def test_while_a_code_is_still_to_come_nothing_is_forgotten(session: Session, time: Time) -> None:
    user_id = factories.user(failed_logins=3, totp_secret="JBSWY3DPEHPK3PXP", school_role=SchoolRole.TEACHER).id
    with session.begin():
        signed_in = operations.open_session(session, session.get(User, user_id), VISITOR, at=time.at)

    assert session.get(User, user_id).failed_logins == 3
    assert KnownDevice.get_for(session, user_id, signed_in.device_secret) is None


def test_forgetting_a_password_frees_the_name_and_its_devices(session: Session, time: Time) -> None:
    user_id = factories.user(claimed_at=time.at).id
    with session.begin():
        signed_in = operations.open_session(session, session.get(User, user_id), VISITOR, at=time.at)
    with session.begin():
        operations.forget_password(session, session.get(User, user_id), at=time.at)
    session.expire_all()

    assert session.get(User, user_id).is_claimable
    assert KnownDevice.get_for(session, user_id, signed_in.device_secret) is None


def test_disabling_the_second_factor_removes_its_codes(session: Session) -> None:
    user_id = factories.user(totp_secret="JBSWY3DPEHPK3PXP", school_role=SchoolRole.TEACHER).id
    with session.begin():
        codes = RecoveryCode.replace_all(session, user_id)
        session.flush()
        operations.disable_second_factor(session, session.get(User, user_id))

    assert len(set(codes)) == 10
    assert RecoveryCode.count_unused(session, user_id) == 0


@pytest.mark.parametrize(("login", "email", "field"), [("ÉMMA", "", "login"), ("new", "E@x.org", "email")])
def test_a_taken_login_or_address_is_refused_by_name(login: str, email: str, field: str, session: Session) -> None:
    mine = factories.user(login="emma", email="e@X.org").id

    with pytest.raises(Taken) as refused:
        User.refuse_taken(session, login, email)
    User.refuse_taken(session, login, email, but_id=mine)

    assert refused.value.field == field


def test_wrong_passwords_are_counted_on_the_browser_that_the_account_knows(session: Session, time: Time) -> None:
    user = factories.user()
    known, unknown = Visitor("d" * 32, "browser"), Visitor("e" * 32, "browser")
    with session.begin():
        operations.greet_device(session, session.get(User, user.id), known.device_secret, time.at)

    counters = [operations.counter_of(session, user, visitor) for visitor in (known, unknown, Visitor("", "browser"))]

    assert [type(counter) for counter in counters] == [KnownDevice, User, User]
