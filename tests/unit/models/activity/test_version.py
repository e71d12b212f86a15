from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etude.core import clock
from etude.models import ActivityVersion
from etude.models.activity.storing import store_content
from tests.authoring import sample

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def stored(session: Session) -> int:
    with session.begin():
        for title in ("Un", "Deux", "Trois"):
            content = replace(sample(), title={"fr": title})
            activity = store_content(session, content, made_by_id=None, at=clock.now()).activity
    return activity.id


def test_versions_are_listed_newest_first_a_page_at_a_time(session: Session) -> None:
    activity_id = stored(session)

    first = ActivityVersion.get_page(session, activity_id, offset=0, limit=2)
    rest = ActivityVersion.get_page(session, activity_id, offset=2, limit=2)

    assert [version.number for version in (*first, *rest)] == [3, 2, 1]
    assert "document" not in first[0].__dict__


def test_a_version_is_found_by_its_number(session: Session) -> None:
    activity_id = stored(session)

    second = ActivityVersion.get_by_number(session, activity_id, 2)

    assert second.number == 2
    assert ActivityVersion.get_by_number(session, activity_id, 4) is None


def test_numbers_go_on_from_the_last(session: Session) -> None:
    activity_id = stored(session)

    assert ActivityVersion.get_next_number(session, activity_id) == 4
    assert ActivityVersion.get_next_number(session, activity_id + 1) == 1


def test_a_check_result_is_written_later(session: Session) -> None:
    activity_id = stored(session)
    with session.begin():
        version = ActivityVersion.get_for_update(session, ActivityVersion.get_by_number(session, activity_id, 1).id)
        version.check_result = {"state": "done", "rows": []}
    session.expire_all()

    assert ActivityVersion.get_by_number(session, activity_id, 1).check_result == {"state": "done", "rows": []}
    assert ActivityVersion.get_by_number(session, activity_id, 2).check_result["state"] == "waiting"


def test_versions_after_one_come_in_order_with_their_documents(session: Session) -> None:
    activity_id = stored(session)
    first = ActivityVersion.get_by_number(session, activity_id, 1)

    found = ActivityVersion.get_after(session, first.id, limit=1)

    assert [version.number for version in found] == [2]
    assert "document" in found[0].__dict__
