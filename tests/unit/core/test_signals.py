from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.core.signals import after_commit
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_what_waits_for_the_commit_runs_after_it(session: UnitOfWorkSession) -> None:
    called = []

    with session.begin():
        after_commit(session, lambda: called.append("yes"))
        assert not called

    assert called == ["yes"]


def test_what_waits_for_the_commit_is_forgotten_by_a_rollback(session: UnitOfWorkSession) -> None:
    called = []

    with pytest.raises(ValueError, match="no"), session.begin():
        after_commit(session, lambda: called.append("never"))
        raise ValueError("no")
    factories.user()

    assert not called


def test_who_is_woken_by_several_changes_is_woken_once_each_time(session: UnitOfWorkSession) -> None:
    called = []

    for _ in range(2):
        with session.begin():
            after_commit(session, lambda: called.append("bell"), key="bell")
            after_commit(session, lambda: called.append("bell"), key="bell")
            after_commit(session, lambda: called.append("else"))

    assert called == ["bell", "else", "bell", "else"]
