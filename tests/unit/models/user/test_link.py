from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from etude.models import OneTimeLink, User
from etude.models.user import LinkPurpose
from etude.models.user.session import digest
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

END = START + timedelta(days=2)


def link(token: str = "token", purpose: LinkPurpose = LinkPurpose.INVITATION, **values: object) -> OneTimeLink:
    return OneTimeLink(token_hash=digest(token), purpose=purpose, made_at=START, expires_at=END, **values)


@pytest.mark.parametrize(
    ("used_at", "at", "usable"),
    [
        (None, START, True),
        (None, END - timedelta(seconds=1), True),
        (None, END, False),
        (START, START + timedelta(seconds=1), False),
    ],
)
def test_link_works_once_and_not_for_ever(used_at: object, at: object, usable: bool) -> None:
    assert link(used_at=used_at).is_usable(at) is usable


def test_link_is_found_by_its_token_for_its_purpose_only(session: UnitOfWorkSession) -> None:
    made = factories.add(link())

    assert OneTimeLink.get_by_token(session, "token", LinkPurpose.INVITATION).id == made.id
    assert OneTimeLink.get_by_token(session, "token", LinkPurpose.CREATE_ADMIN) is None
    assert OneTimeLink.get_by_token(session, "guess", LinkPurpose.INVITATION) is None


def test_token_itself_is_not_stored(session: UnitOfWorkSession) -> None:
    factories.add(link("a-secret-token"))

    stored = session.execute(sa.select(OneTimeLink.__table__)).one()

    assert "a-secret-token" not in [str(value) for value in stored]


def test_two_links_never_have_the_same_token(session: UnitOfWorkSession) -> None:
    factories.add(link())

    with pytest.raises(IntegrityError):
        factories.add(link())


def test_links_of_an_account_go_with_it(session: UnitOfWorkSession) -> None:
    user = factories.user()
    factories.add(link(user_id=user.id))
    with session.begin():
        session.execute(sa.delete(User).where(User.id == user.id))

    assert session.scalars(sa.select(OneTimeLink.id)).all() == []
