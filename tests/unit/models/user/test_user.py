from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.models import User, UserSession
from etude.models.user import SchoolRole
from etude.models.user.session import LONGEST, SEEN_EVERY, digest
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.conftest import Time


def test_a_deleted_account_is_found_by_nobody(session: Session, time: Time) -> None:
    user_id = factories.user(login="gone", email="gone@x.org").id
    with session.begin():
        session.get(User, user_id).delete(time.at, None)

    assert User.get_by_login(session, "gone") is None
    assert User.get_by_login(session, "gone@x.org") is None
    assert [user.id for user in User.get_deleted_page(session, offset=0, limit=9)] == [user_id]
    assert User.get_deleted_page(session, offset=1, limit=9) == []
    assert User.get_logins_like(session, "gone") == {"gone"}
    assert User.get_names(session, [user_id]) == {user_id: "Dee Doe"}


def test_admins_are_those_who_can_sign_in(session: Session) -> None:
    factories.user("Zoé", "B", school_role=SchoolRole.ADMIN)
    factories.user("Ada", "A", school_role=SchoolRole.ADMIN)
    factories.user("Bo", "A", school_role=SchoolRole.ADMIN, password_hash=None)
    factories.user("Cy", "A", school_role=SchoolRole.TEACHER)

    assert [admin.given_name for admin in User.get_admins(session)] == ["Ada", "Zoé"]


def test_accounts_are_counted_and_paged_by_role(session: Session) -> None:
    for number in range(3):
        factories.user("Sam", f"Roy{number}")
    factories.user("Ada", "Teacher", school_role=SchoolRole.TEACHER)

    assert User.count_by_role(session, None) == 4
    assert User.count_by_role(session, SchoolRole.STUDENT) == 3
    page = User.get_page(session, offset=1, limit=2, role=SchoolRole.STUDENT)
    assert [user.family_name for user in page] == ["Roy1", "Roy2"]


@pytest.mark.parametrize(("minutes", "is_open"), [(0, True), (60, True), (61, False)])
def test_a_session_is_open_while_it_is_used(minutes: int, is_open: bool, session: Session, time: Time) -> None:
    user_id = factories.user().id
    factories.add(
        UserSession(user_id=user_id, secret_hash=digest("s"), epoch=0, started_at=time.at, last_seen_at=time.at)
    )

    found = UserSession.get_by_secret(session, "s")

    assert found.is_open(time.at + timedelta(minutes=minutes), timedelta(minutes=60)) is is_open
    assert timedelta(minutes=5) == SEEN_EVERY
    assert timedelta(hours=12) == LONGEST


def test_only_sign_ins_seen_lately_are_listed(session: Session, time: Time) -> None:
    user_id = factories.user().id
    for number, hours in enumerate((0, 3)):
        seen = time.at - timedelta(hours=hours)
        factories.add(
            UserSession(user_id=user_id, secret_hash=digest(f"s{number}"), epoch=0, started_at=seen, last_seen_at=seen)
        )

    listed = UserSession.get_open_for(session, user_id, seen_since=time.at - timedelta(hours=1))

    assert [row.secret_hash for row in listed] == [digest("s0")]
    assert UserSession.count_open(session, user_id) == 2


def test_second_steps_are_counted_among_the_living_staff(session: Session, time: Time) -> None:
    factories.user(totp_secret="x", school_role=SchoolRole.ADMIN)
    factories.user(totp_secret="x", school_role=SchoolRole.TEACHER)
    factories.user(totp_secret="x", school_role=SchoolRole.TEACHER, deleted_at=time.at)
    factories.user(school_role=SchoolRole.TEACHER)

    assert User.count_second_steps(session) == 2
