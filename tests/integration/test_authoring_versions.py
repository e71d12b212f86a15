"""The versions of an activity in the browser: what was said of each, what differs, and bringing one back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etude.content import digest, from_document, to_document
from etude.core import clock
from etude.extensions import db
from etude.models import Activity, ActivityVersion, AuditEntry
from etude.models.user import SchoolRole
from tests import factories
from tests.authoring import open_form, sample, stored

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import People


@pytest.fixture
def activity_id(app: Flask, people: People) -> int:
    """An activity of Ada's with two versions, which differ in a line."""
    with app.app_context():
        stored(replace(sample(), statement={"fr": "un\ndeux\n"}), people.ada)
        return stored(replace(sample(), statement={"fr": "un\nDEUX\n"}), people.ada)


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def versions(app: Flask, activity_id: int) -> list[ActivityVersion]:
    with app.app_context():
        return list(reversed(ActivityVersion.get_page(db.session, activity_id, offset=0, limit=9)))


def restore(client: FlaskClient, activity_id: int, number: int, started_from: int) -> str:
    path = f"/activities/{activity_id}/versions/{number}/restore"
    answer = factories.post(client, path, {"started_from": str(started_from)}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_what_an_author_says_of_a_version_stands_in_the_list(
    app: Flask, as_teacher: FlaskClient, activity_id: int
) -> None:
    form = open_form(as_teacher, f"/activities/{activity_id}/edit")

    factories.post(
        as_teacher,
        f"/activities/{activity_id}/edit",
        {**form, "title_fr": "Saluer", "do": "save", "note": "A <b>shorter</b> title"},
    )

    html = text_of(as_teacher, f"/activities/{activity_id}/versions")
    assert "A &lt;b&gt;shorter&lt;/b&gt; title" in html
    assert versions(app, activity_id)[-1].note == "A <b>shorter</b> title"


def test_a_note_that_is_too_long_is_told_and_nothing_is_saved(
    app: Flask, as_teacher: FlaskClient, activity_id: int
) -> None:
    before = len(versions(app, activity_id))
    form = open_form(as_teacher, f"/activities/{activity_id}/edit")

    answer = factories.post(
        as_teacher,
        f"/activities/{activity_id}/edit",
        {**form, "title_fr": "Saluer", "do": "save", "note": "!" * 201},
    )

    assert answer.status_code == 422
    assert len(versions(app, activity_id)) == before


def test_an_older_version_is_brought_back_as_a_new_one(app: Flask, as_teacher: FlaskClient, activity_id: int) -> None:
    html = restore(as_teacher, activity_id, 1, started_from=2)

    assert "What version 1 said is version 3 now." in html
    assert "Version 1 brought back" in text_of(as_teacher, f"/activities/{activity_id}/versions")
    first, _second, third = versions(app, activity_id)
    with app.app_context():
        entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert entry is not None
        assert entry.tag == "content:activity:updated"
        assert db.session.get_one(Activity, activity_id).latest_version_id == third.id
    assert (third.number, third.restored_number, third.digest) == (3, 1, first.digest)
    assert third.check_result["state"] == "waiting"


def test_an_activity_that_was_renamed_keeps_its_name_when_an_older_version_comes_back(
    app: Flask, as_teacher: FlaskClient, activity_id: int
) -> None:
    form = open_form(as_teacher, f"/activities/{activity_id}/edit")
    factories.post(as_teacher, f"/activities/{activity_id}/edit", {**form, "slug": "greet", "do": "save"})
    with app.app_context():
        stored(sample("hello"), None)  # the old name is somebody else's by now

    restore(as_teacher, activity_id, 1, started_from=3)

    with app.app_context():
        activity = db.session.get_one(Activity, activity_id)
        document = db.session.get_one(ActivityVersion, activity.latest_version_id).document
        assert (activity.slug, from_document(document).statement) == ("greet", {"fr": "un\ndeux\n"})


def test_nothing_is_brought_back_over_what_somebody_saved_meanwhile(
    app: Flask, as_teacher: FlaskClient, activity_id: int
) -> None:
    html = restore(as_teacher, activity_id, 1, started_from=1)

    assert "Somebody saved this activity while you were changing it." in html
    assert len(versions(app, activity_id)) == 2


def test_the_version_that_counts_and_one_that_is_not_there_change_nothing(
    app: Flask, as_teacher: FlaskClient, activity_id: int
) -> None:
    html = restore(as_teacher, activity_id, 2, started_from=2)

    path = f"/activities/{activity_id}/versions/9/restore"
    assert "Nothing was changed." in html
    assert factories.post(as_teacher, path, {"started_from": "2"}).status_code == 404
    assert len(versions(app, activity_id)) == 2


def test_a_version_that_the_rules_of_today_refuse_is_told_and_not_brought_back(
    app: Flask, as_teacher: FlaskClient, people: People, activity_id: int
) -> None:
    broken = replace(sample(), points=sample().points * 10**9)
    with app.app_context(), db.session.begin():
        version = ActivityVersion.get_by_number(db.session, activity_id, 1)
        assert version is not None
        version.document, version.digest = to_document(broken), digest(broken)

    html = restore(as_teacher, activity_id, 1, started_from=2)

    assert "brought back" not in html
    assert len(versions(app, activity_id)) == 2


def test_a_colleague_who_may_not_change_it_sees_no_button_and_brings_nothing_back(
    app: Flask, as_teacher: FlaskClient, activity_id: int
) -> None:
    with app.app_context():
        eve = factories.user("Eve", "Colleague", school_role=SchoolRole.TEACHER).id
    as_eve = factories.sign_in(app, eve)

    seen = text_of(as_eve, f"/activities/{activity_id}/versions/2")
    refused = factories.post(as_eve, f"/activities/{activity_id}/versions/1/restore", {"started_from": "2"})

    assert "DEUX" in seen
    assert f"/activities/{activity_id}/versions/1/restore" not in seen
    assert f"/activities/{activity_id}/versions/1/restore" in text_of(
        as_teacher, f"/activities/{activity_id}/versions/2"
    )
    assert refused.status_code == 403
    assert len(versions(app, activity_id)) == 2


def test_an_activity_in_the_bin_is_restored_from_there_first(
    app: Flask, as_teacher: FlaskClient, people: People, activity_id: int
) -> None:
    with app.app_context(), db.session.begin():
        db.session.get_one(Activity, activity_id).delete(clock.now(), people.ada)

    answer = factories.post(as_teacher, f"/activities/{activity_id}/versions/1/restore", {"started_from": "2"})

    assert answer.status_code == 404
    assert len(versions(app, activity_id)) == 2


def test_any_two_versions_are_compared_the_older_first_and_side_by_side(
    as_teacher: FlaskClient, activity_id: int
) -> None:
    chosen = as_teacher.get(f"/activities/{activity_id}/versions/compare?older=2&newer=1")
    html = text_of(as_teacher, f"/activities/{activity_id}/versions/2?against=1&view=side")

    assert chosen.location == f"/activities/{activity_id}/versions/2?against=1"
    assert '<th scope="colgroup" colspan="2">version 1</th><th scope="colgroup" colspan="2">version 2</th>' in html
    assert '<span class="visually-hidden">removed </span>2</td><td class="was">deux</td>' in html
    assert '<span class="visually-hidden">added </span>2</td><td class="is">DEUX</td>' in html
    assert as_teacher.get(f"/activities/{activity_id}/versions/compare?older=-3&newer=x").status_code == 302
