from __future__ import annotations

from typing import TYPE_CHECKING

from etude.models import Erasure
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


def test_erasure_is_found_by_the_account_and_page_by_page(session: UnitOfWorkSession, time: Time) -> None:
    for user_id in (7, 3, 9):
        factories.add(Erasure(user_id=user_id, account_made_at=time.at, erased_at=time.at, kept_until=time.at))

    first = Erasure.get_page(session, 0, limit=2)

    assert [one.user_id for one in first] == [7, 3]
    assert [one.user_id for one in Erasure.get_page(session, first[-1].id, limit=2)] == [9]
    assert Erasure.get_for(session, 3).user_id == 3
    assert Erasure.get_for(session, 4) is None
