from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.core import clock
from etude.models import Activity
from tests import factories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.mark.parametrize(
    ("fr", "en", "locale", "title"),
    [("Un", "One", "fr", "Un"), ("Un", "One", "en", "One"), ("Un", "", "en", "Un"), ("", "One", "fr", "One")],
)
def test_the_title_is_the_languages_or_the_other_one(fr: str, en: str, locale: str, title: str) -> None:
    assert Activity(title_fr=fr, title_en=en).title(locale) == title


def test_pages_are_ordered_by_title_in_the_language(session: Session) -> None:
    a = factories.activity(title_fr="B", title_en="A").id
    b = factories.activity(title_fr="A", title_en="B").id

    assert [row.id for row in Activity.get_page(session, locale="fr", offset=0, limit=5)] == [b, a]
    assert [row.id for row in Activity.get_page(session, locale="en", offset=1, limit=5)] == [b]


def test_what_is_in_the_bin_counts_nowhere_but_there(session: Session) -> None:
    owner = factories.user("Ada").id
    kept = factories.activity(slug="kept").id
    gone = factories.activity(slug="gone", owner_id=owner).id
    with session.begin():
        session.get(Activity, gone).delete(clock.now(), None)

    assert Activity.count(session) == 1
    assert Activity.get_by_slug(session, "gone") is None
    assert Activity.get_taken_slugs(session, ["kept", "gone", "never"]) == {"kept": kept}
    assert [row.id for row in Activity.get_deleted_page(session, owner_id=None, offset=0, limit=5)] == [gone]
    assert [row.id for row in Activity.get_deleted_page(session, owner_id=owner, offset=0, limit=5)] == [gone]
    assert Activity.get_deleted_page(session, owner_id=owner + 1, offset=0, limit=5) == []


def test_a_slug_is_free_again_once_its_activity_is_in_the_bin(session: Session) -> None:
    first = factories.activity(slug="same").id
    with session.begin():
        session.get(Activity, first).delete(clock.now(), None)

    second = factories.activity(slug="same").id

    assert Activity.get_by_slug(session, "same").id == second


def test_living_activities_are_known_by_slug_with_their_newest_version(session: Session) -> None:
    row, gone = factories.activity(slug="loops"), factories.activity(slug="gone")
    with session.begin():
        session.get(Activity, gone.id).delete(clock.now(), None)

    assert Activity.get_slugs(session, [row.id, gone.id]) == {row.id: "loops"}
    assert Activity.get_latest_versions(session) == {"loops": row.latest_version_id}
