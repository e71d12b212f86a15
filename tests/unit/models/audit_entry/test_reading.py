from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude import audit
from etude.audit import AuditTag
from etude.models.audit_entry.reading import Wanted, get_page
from tests import factories

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


@pytest.fixture
def log(session: UnitOfWorkSession, people: factories.People) -> factories.People:
    """Ada acts on Ben, Ben on himself, Cy in the course, and nobody at all: 1, 2, 3 and 4."""
    ben = factories.db.session.get(factories.User, people.ben)
    with session.begin():
        audit.record(session, AuditTag.ACCOUNT_UNLOCKED, actor_id=people.ada, target=ben)
        audit.record(session, AuditTag.LOGOUT, actor_id=people.ben)
        audit.record(session, AuditTag.LOGOUT, actor_id=people.cy, course_id=people.course)
        audit.record(session, AuditTag.BACKUP_CREATED, details={"name": "x"})
    return people


def ids(session: UnitOfWorkSession, wanted: Wanted, **options: int) -> list[int]:
    return [entry.id for entry in get_page(session, wanted, **options)]


def test_everything_is_newest_first(session: UnitOfWorkSession, log: factories.People) -> None:
    assert ids(session, Wanted()) == [4, 3, 2, 1]


def test_what_somebody_did_and_what_was_done_to_them_is_one_list(
    session: UnitOfWorkSession, log: factories.People
) -> None:
    assert ids(session, Wanted(person_id=log.ben)) == [2, 1]
    assert ids(session, Wanted(person_id=log.ada)) == [1]


def test_filters_are_combined(session: UnitOfWorkSession, log: factories.People) -> None:
    assert ids(session, Wanted(tag="login:session:ended")) == [3, 2]
    assert ids(session, Wanted(tag="login:session:ended", person_id=log.ben)) == [2]
    assert ids(session, Wanted(course_id=log.course)) == [3]
    assert ids(session, Wanted(course_id=log.course, person_id=log.ben)) == []


def test_next_page_begins_before_the_last_entry_of_this_one(session: UnitOfWorkSession, log: factories.People) -> None:
    assert ids(session, Wanted(), limit=2) == [4, 3]
    assert ids(session, Wanted(before_id=3), limit=2) == [2, 1]
    assert ids(session, Wanted(before_id=2, person_id=log.ben)) == [1]


def test_details_come_with_the_entries(session: UnitOfWorkSession, log: factories.People) -> None:
    assert get_page(session, Wanted(), limit=1)[0].detail.document == {"name": "x"}
