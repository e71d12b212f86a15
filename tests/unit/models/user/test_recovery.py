from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.models import RecoveryCode
from etude.models.user.recovery import CODE_COUNT
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time


@pytest.fixture
def user_id(session: UnitOfWorkSession) -> int:
    return factories.user().id


def make(session: UnitOfWorkSession, user_id: int) -> list[str]:
    with session.begin():
        return RecoveryCode.replace_all(session, user_id)


def test_ten_codes_are_made_that_nobody_misreads(session: UnitOfWorkSession, user_id: int) -> None:
    codes = make(session, user_id)

    assert len(set(codes)) == CODE_COUNT == RecoveryCode.count_unused(session, user_id)
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{5}-[a-hjkmnp-z2-9]{5}", code) for code in codes)


def test_codes_are_stored_as_hashes_only(session: UnitOfWorkSession, user_id: int) -> None:
    codes = make(session, user_id)

    stored = session.scalars(sa.select(RecoveryCode.code_hash)).all()

    assert not {code.replace("-", "") for code in codes} & set(stored)


@pytest.mark.parametrize("typed", [str.upper, lambda code: code.replace("-", " "), lambda code: f" {code}\n", str])
def test_code_is_known_however_it_is_typed(session: UnitOfWorkSession, user_id: int, typed) -> None:
    code = make(session, user_id)[3]

    assert RecoveryCode.get_unused(session, user_id, typed(code)) is not None


def test_code_is_good_once(session: UnitOfWorkSession, user_id: int, time: Time) -> None:
    code = make(session, user_id)[0]
    with session.begin():
        RecoveryCode.get_unused(session, user_id, code).used_at = time()

    assert RecoveryCode.get_unused(session, user_id, code) is None
    assert RecoveryCode.count_unused(session, user_id) == CODE_COUNT - 1


def test_code_of_somebody_else_is_no_code(session: UnitOfWorkSession, user_id: int) -> None:
    code = make(session, factories.user().id)[0]

    assert RecoveryCode.get_unused(session, user_id, code) is None


def test_new_codes_replace_the_old_ones(session: UnitOfWorkSession, user_id: int) -> None:
    old = make(session, user_id)

    make(session, user_id)

    assert RecoveryCode.get_unused(session, user_id, old[0]) is None
    assert RecoveryCode.count_unused(session, user_id) == CODE_COUNT
