from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from etude import audit
from etude.audit import AuditTag
from etude.models import AuditDetail, AuditEntry, User
from etude.models.audit_entry.entry import GENESIS, canonical
from etude.models.audit_entry.proving import CHANGED, DETAIL_CHANGED, MISPLACED
from tests import factories
from tests.audited import unguard

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def record(session: UnitOfWorkSession, count: int = 1, tag: AuditTag = AuditTag.LOGOUT, **values: object) -> None:
    with session.begin():
        for number in range(count):
            audit.record(session, tag, details={"turn": number}, **values)


def test_canonical_text_does_not_depend_on_the_order_of_the_names() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


def test_first_entry_is_chained_to_the_beginning(session: UnitOfWorkSession) -> None:
    record(session)

    assert AuditEntry.get_last(session).previous_digest == GENESIS


def test_empty_log_has_no_last_entry_and_no_break(session: UnitOfWorkSession) -> None:
    assert AuditEntry.get_last(session) is None
    assert AuditEntry.find_break(session) is None


def test_page_is_newest_first_with_details_and_goes_on_where_the_last_one_ended(session: UnitOfWorkSession) -> None:
    record(session, 5)

    first = AuditEntry.get_page(session, limit=2)
    second = AuditEntry.get_page(session, limit=2, before_id=first[-1].id)

    assert [entry.detail.document["turn"] for entry in (*first, *second)] == [4, 3, 2, 1]


def test_page_can_be_of_one_tag_or_of_one_person(session: UnitOfWorkSession) -> None:
    ada = factories.user("Ada")
    record(session, 2, AuditTag.LOGOUT, actor_id=ada.id)
    record(session, 1, AuditTag.LOGIN_SUCCEEDED)

    assert len(AuditEntry.get_page(session, tag=AuditTag.LOGOUT.value)) == 2
    assert [entry.actor_id for entry in AuditEntry.get_page(session, actor_id=ada.id)] == [ada.id] * 2


def test_entry_stays_when_the_person_is_removed_for_good(session: UnitOfWorkSession) -> None:
    ada = factories.user("Ada")
    record(session, 1, actor_id=ada.id)
    with session.begin():
        session.execute(sa.delete(User).where(User.id == ada.id))

    assert AuditEntry.get_last(session).actor_id == ada.id
    assert AuditEntry.find_break(session) is None


def test_detail_is_salted_so_that_a_name_cannot_be_guessed_from_its_digest(session: UnitOfWorkSession) -> None:
    one = AuditDetail(salt="a", document={"name": "Emma"})
    other = AuditDetail(salt="b", document={"name": "Emma"})

    assert one.digest() != other.digest()


def test_two_entries_cannot_follow_the_same_one(session: UnitOfWorkSession) -> None:
    record(session, 2)
    last = AuditEntry.get_last(session)
    values = {column.name: getattr(last, column.name) for column in AuditEntry.__table__.columns if column.name != "id"}

    with pytest.raises(IntegrityError), session.begin():
        session.execute(sa.insert(AuditEntry).values(**{**values, "digest": "f" * 64}))


def test_chain_of_more_entries_than_are_read_at_once_is_proved_to_its_end(session: UnitOfWorkSession) -> None:
    record(session, 501)
    with session.begin():
        unguard(session)
        session.execute(sa.update(AuditEntry).where(AuditEntry.id == 501).values(tag="nothing:to:see"))

    assert AuditEntry.find_break(session) == 501


def test_proof_counts_the_entries_and_names_the_head(session: UnitOfWorkSession) -> None:
    record(session, 3)

    proof = AuditEntry.prove(session)

    assert (proof.entries, proof.head, proof.broken_at) == (3, AuditEntry.get_last(session).digest, None)


@pytest.mark.parametrize(
    ("table", "values", "why"),
    [
        (AuditEntry, {"tag": "nothing:to:see"}, CHANGED),
        (AuditEntry, {"previous_digest": "0" * 63 + "1"}, MISPLACED),
        (AuditDetail, {"document": {"turn": 7}}, DETAIL_CHANGED),
    ],
)
def test_proof_says_what_is_wrong_with_the_first_broken_link(
    session: UnitOfWorkSession, table: type, values: dict[str, object], why: str
) -> None:
    record(session, 3)
    with session.begin():
        unguard(session)
        session.execute(sa.update(table).where(table.id == 2).values(**values))

    proof = AuditEntry.prove(session)

    assert (proof.entries, proof.broken_at, proof.why) == (1, 2, why)


def test_a_log_that_was_cut_or_written_anew_lacks_an_earlier_head(session: UnitOfWorkSession) -> None:
    record(session, 3)
    head = AuditEntry.get_head(session)
    record(session)
    assert AuditEntry.has_head(session, head)

    with session.begin():
        unguard(session)
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id >= 3))

    assert AuditEntry.prove(session).broken_at is None
    assert not AuditEntry.has_head(session, head)


def test_every_log_contains_the_beginning(session: UnitOfWorkSession) -> None:
    assert AuditEntry.has_head(session, GENESIS)
    assert AuditEntry.get_head(session) == GENESIS
