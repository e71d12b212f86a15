from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.content import digest, from_document
from etude.core import clock
from etude.models import ActivityVersion
from etude.models.activity.storing import store_content
from etude.queue import TaskMessage
from tests import factories
from tests.authoring import sample

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_a_new_content_is_stored_with_its_first_version(session: Session) -> None:
    ada = factories.user("Ada").id
    with session.begin():
        stored = store_content(session, sample(), made_by_id=ada, at=clock.now())

    assert (stored.is_new, stored.is_changed) == (True, True)
    assert (stored.activity.slug, stored.activity.kind, stored.activity.owner_id) == ("hello", "code", ada)
    assert (stored.activity.title_fr, stored.activity.title_en) == ("Dire bonjour", "Say hello")
    assert stored.activity.languages == "python cpp"
    version = session.get(ActivityVersion, stored.activity.latest_version_id)
    assert (version.number, version.points, version.made_by_id) == (1, 10, ada)
    assert digest(from_document(version.document)) == digest(sample())


def test_the_same_content_changes_nothing_and_an_old_one_is_a_new_version(session: Session) -> None:
    first, second = sample(), replace(sample(), title={"fr": "Saluer"})
    numbers = []
    for content in (first, first, second, first):
        with session.begin():
            stored = store_content(session, content, made_by_id=None, at=clock.now())
            version = session.get(ActivityVersion, stored.activity.latest_version_id)
            numbers.append((version.number, stored.is_changed))

    assert numbers == [(1, True), (1, False), (2, True), (3, True)]
    assert stored.activity.title_en == "Say hello"


def test_an_activity_that_is_named_is_changed_though_its_slug_is_another(session: Session) -> None:
    with session.begin():
        activity = store_content(session, sample(), made_by_id=None, at=clock.now()).activity
        again = store_content(
            session, replace(sample(), slug="greet"), made_by_id=None, at=clock.now(), activity=activity
        )

    assert again.activity.id == activity.id
    assert again.activity.slug == "greet"


def test_what_needs_no_jail_is_checked_while_it_is_stored(session: Session) -> None:
    with session.begin():
        stored = store_content(session, sample("quiz-basics"), made_by_id=None, at=clock.now())

    assert session.get(ActivityVersion, stored.activity.latest_version_id).check_result["state"] == "done"


def test_solutions_that_need_a_jail_are_sent_to_the_worker_once(session: Session) -> None:
    for _ in range(2):
        with session.begin():
            stored = store_content(session, sample(), made_by_id=None, at=clock.now())

    version_id = stored.activity.latest_version_id
    assert session.get(ActivityVersion, version_id).check_result["state"] == "waiting"
    assert session.scalars(sa.select(TaskMessage.subject)).all() == [f"check_activity:{version_id}"]
