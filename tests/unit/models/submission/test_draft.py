from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests import classroom, factories

from etude.models import Draft, DraftVersion

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tests.conftest import Time


@pytest.fixture
def draft_id(time: Time, session: Session, people: factories.People) -> int:
    room = classroom.open_room(people)
    draft = factories.add(
        Draft(assignment_id=room.assignment, user_id=people.ben, version=3, files={}, language="c", saved_at=time.at)
    )
    draft_id: int = draft.id
    for number, (language, reason) in enumerate([("python", "typing"), ("c", "run"), ("python", "conflict")], start=1):
        factories.add(
            DraftVersion(draft_id=draft_id, version=number, reason=reason, language=language,
                         files={"main": f"text {number}"}, begun_at=time.at, saved_at=time.at)
        )  # fmt: skip
    return draft_id


def test_trail_is_paged_newest_first(session: Session, draft_id: int) -> None:
    page = DraftVersion.get_page(session, draft_id, offset=1, limit=2)

    assert [one.version for one in page] == [2, 1]
    assert DraftVersion.count(session, draft_id) == 3


def test_state_comes_with_its_files_and_the_one_before(session: Session, draft_id: int) -> None:
    found = DraftVersion.get_with_earlier(session, draft_id, 2)

    assert [one.files["main"] for one in found] == ["text 2", "text 1"]
    assert DraftVersion.get_with_files(session, draft_id, 9) is None


def test_newest_text_of_a_language_is_never_that_of_a_conflict(session: Session, draft_id: int) -> None:
    assert DraftVersion.get_newest_in(session, draft_id, "python").version == 1
    assert DraftVersion.get_newest_in(session, draft_id, "cobol") is None
    assert DraftVersion.get_newest(session, draft_id).version == 3
