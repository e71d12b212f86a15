from __future__ import annotations

from datetime import timedelta

import pytest

from etude.models import KnownDevice, User
from etude.models.user.locking import MAX_FAILED_LOGINS, lock_for
from tests.conftest import START


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 1), (6, 2), (9, 16), (10, 30), (10_000, 30)])
def test_locks_grow_to_half_an_hour(failures: int, minutes: int) -> None:
    assert lock_for(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize("model", [User, KnownDevice])
def test_account_and_device_count_alike(model: type[User | KnownDevice]) -> None:
    counter = model(failed_logins=0)

    durations = [counter.note_failed_login(START) for _ in range(MAX_FAILED_LOGINS + 1)]

    assert durations == [timedelta(0)] * 4 + [timedelta(minutes=1), timedelta(minutes=2)]
    assert counter.is_locked(START + timedelta(seconds=119))
    assert not counter.is_locked(START + timedelta(minutes=2))


def test_unlocking_forgets_the_count_as_well() -> None:
    counter = User(failed_logins=9, locked_until=START + timedelta(minutes=30))

    counter.unlock()

    assert not counter.is_locked(START)
    assert counter.note_failed_login(START) == timedelta(0)
