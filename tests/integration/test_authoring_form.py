from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.content import digest, from_document
from etude.extensions import db
from etude.models import Activity, ActivityVersion, AuditEntry
from etude.queue import TaskMessage
from tests.authoring import SAMPLE, fields_of, open_form, sample, stored

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import People

SLUGS = sorted(path.name for path in SAMPLE.iterdir() if path.is_dir())


def _latest(app: Flask, activity_id: int) -> ActivityVersion:
    with app.app_context():
        activity = db.session.get(Activity, activity_id)
        version = db.session.get(ActivityVersion, activity.latest_version_id)
        db.session.refresh(version, ["document"])
        return version


@pytest.mark.parametrize("slug", SLUGS)
def test_saving_an_unchanged_form_changes_nothing(
    app: Flask, as_teacher: FlaskClient, people: People, slug: str
) -> None:
    with app.app_context():
        activity_id = stored(sample(slug), people.ada)
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")

    answer = as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, "do": "save"}, follow_redirects=True)

    assert "Nothing was changed." in answer.get_data(as_text=True)
    assert _latest(app, activity_id).number == 1


def test_a_new_code_activity_is_made_from_the_blank_form(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    typed = open_form(as_teacher, "/activities/new/code")
    typed |= {
        "slug": "twice",
        "title_fr": "Le double",
        "title_en": "Twice",
        "statement_fr": "Affichez le **double**.",
        "statement_en": "Print **twice** the number.",
        "groups-0-tests-0-stdin": "2",
        "groups-0-tests-0-expected": "4",
        "groups-1-tests-0-stdin": "21\r\n",
        "groups-1-tests-0-expected": "42\r\n",
        "starters-0-text": "n = int(input())",
        "solutions-0-text": "print(2 * int(input()))",
        "solutions-1-text": "print(int(input()))",
        "hints-0-en": "Multiply.",
    }

    answer = as_teacher.post("/activities/new/code", data={**typed, "do": "save"})

    assert answer.status_code == 302, fields_of(answer.get_data(as_text=True))
    with app.app_context():
        activity = Activity.get_by_slug(db.session, "twice")
        assert (activity.owner_id, activity.title_fr, activity.languages) == (people.ada, "Le double", "python")
        version = db.session.get(ActivityVersion, activity.latest_version_id)
        content = from_document(version.document)
        assert [group.name for group in content.groups] == ["examples", "tests"]
        assert len(content.groups[1].tests) == 1
        assert content.groups[0].tests[0].stdin == {"": b"2\n"}
        assert content.points == 10
        assert content.starter["python"][""] == {"main.py": b"n = int(input())\n"}
        assert [solution.path for solution in content.solutions] == [
            "solutions/accepted/accepted-1.py",
            "solutions/wrong_answer/wrong-answer-2.py",
        ]
        assert version.check_result["state"] == "waiting"
        assert db.session.scalar(sa.select(TaskMessage.subject)) == f"check_activity:{version.id}"
        assert "content:activity:created" in db.session.scalars(sa.select(AuditEntry.tag)).all()


def test_rows_are_added_and_removed_without_losing_what_was_typed(as_teacher: FlaskClient, people: People) -> None:
    typed = open_form(as_teacher, "/activities/new/quiz")
    typed |= {"title_en": "Half typed", "questions-0-text_en": "Why?", "questions-0-points": "no number"}

    answer = as_teacher.post("/activities/new/quiz", data={**typed, "do": "add:questions:number"})
    more = fields_of(answer.get_data(as_text=True))
    command = "remove:questions.0.choices.1"
    fewer = fields_of(as_teacher.post("/activities/new/quiz", data={**more, "do": command}).get_data(as_text=True))

    assert answer.status_code == 200
    assert more["title_en"] == "Half typed"
    assert (more["questions-0-text_en"], more["questions-0-points"]) == ("Why?", "no number")
    assert more["questions-1-type"] == "number"
    assert "questions-0-choices-2-text_en" in more
    assert "questions-0-choices-2-text_en" not in fewer
    assert fewer["questions-0-text_en"] == "Why?"


def test_a_row_moves_up(as_teacher: FlaskClient, people: People) -> None:
    typed = open_form(as_teacher, "/activities/new/code") | {"hints-0-en": "first"}
    typed = fields_of(as_teacher.post("/activities/new/code", data={**typed, "do": "add:hints"}).get_data(as_text=True))

    moved = as_teacher.post("/activities/new/code", data={**typed, "hints-1-en": "second", "do": "up:hints.1"})

    again = fields_of(moved.get_data(as_text=True))
    assert (again["hints-0-en"], again["hints-1-en"]) == ("second", "first")


def test_the_preview_shows_the_statement_as_students_see_it(as_teacher: FlaskClient, people: People) -> None:
    typed = open_form(as_teacher, "/activities/new/code") | {"statement_fr": "Un mot **gras**."}

    answer = as_teacher.post("/activities/new/code", data={**typed, "do": "preview"})

    assert "<strong>gras</strong>" in answer.get_data(as_text=True)


def test_each_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    with app.app_context():
        activity_id = stored(sample("quiz-basics"), people.ada)
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")
    place = next(name.removesuffix("-type") for name, value in typed.items() if value == "single")
    correct = [name for name in typed if name.startswith(f"{place}-choices") and name.endswith("-correct")]
    for name in correct:
        del typed[name]

    answer = as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, "title_en": "Kept", "do": "save"})

    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{place}-choices"' in html
    assert "Exactly one choice must be correct." in html
    assert fields_of(html)["title_en"] == "Kept"


@pytest.mark.parametrize(
    ("field", "typed_text", "sentence"),
    [
        ("slug", "Not a slug!", "Small letters without accents"),
        ("time_s", "soon", "Type a number, such as 2 or 0.5."),
        ("time_s", "9999", "Type a number from 0.01 to 300."),
        ("memory_mb", "1.5", "Type a whole number."),
        ("groups-1-points", "", "Type how many points"),
        ("groups-1-name", "examples", "Another row has this name."),
        ("groups-1-tests-0-name", "a b", "A name is made of letters"),
        ("expectations", "!!", "An expectation is named by its code"),
        ("solutions-0-name", "answer.txt", "in none of the activity’s languages"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(
    app: Flask, as_teacher: FlaskClient, people: People, field: str, typed_text: str, sentence: str
) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")

    answer = as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, field: typed_text, "do": "save"})

    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in html
    assert f'href="#{field}"' in html
    assert fields_of(html)[field] == typed_text
    assert _latest(app, activity_id).number == 1


def test_a_save_makes_a_version_and_tells_the_audit_log_what_changed(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")

    as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, "title_en": "Greet", "do": "save"})

    assert _latest(app, activity_id).number == 2
    with app.app_context():
        newest = sa.select(AuditEntry).options(sa.orm.joinedload(AuditEntry.detail)).order_by(AuditEntry.id.desc())
        entry = db.session.scalars(newest).first()
        assert entry.tag == "content:activity:updated"
        assert entry.detail.document["changed"] == ["activity.toml"]
        assert db.session.get(Activity, activity_id).title_en == "Greet"


def test_two_people_saving_at_once_lose_nothing(
    app: Flask, as_teacher: FlaskClient, as_admin: FlaskClient, people: People
) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
    mine = open_form(as_teacher, f"/activities/{activity_id}/edit")
    theirs = open_form(as_admin, f"/activities/{activity_id}/edit")
    as_admin.post(f"/activities/{activity_id}/edit", data={**theirs, "title_fr": "Saluer", "do": "save"})

    answer = as_teacher.post(f"/activities/{activity_id}/edit", data={**mine, "title_en": "Greet", "do": "save"})

    html = answer.get_data(as_text=True)
    again = fields_of(html)
    assert answer.status_code == 409
    assert "Saluer" in html
    assert "Root Admin" in html
    assert again["title_en"] == "Greet"
    assert _latest(app, activity_id).number == 2
    saved = as_teacher.post(f"/activities/{activity_id}/edit", data={**again, "do": "save"})
    assert saved.status_code == 302
    assert _latest(app, activity_id).number == 3


def test_a_slug_of_another_activity_is_refused(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        stored(sample("duration"), people.ada)
        activity_id = stored(sample("hello"), people.ada)
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")

    answer = as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, "slug": "duration", "do": "save"})

    assert answer.status_code == 422
    assert "Another activity of the school has this short name." in answer.get_data(as_text=True)


def test_what_the_form_cannot_show_is_kept(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    content = sample("flowchart")
    with app.app_context():
        activity_id = stored(content, people.ada)
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")

    as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, "max_files": "2", "do": "save"})

    after = from_document(_latest(app, activity_id).document)
    assert after.upload.max_files == 2
    assert after.solutions == content.solutions
    assert digest(after) != digest(content)


def test_the_form_speaks_french(as_teacher: FlaskClient, people: People) -> None:
    html = as_teacher.get("/activities/new/code?lang=fr").get_data(as_text=True)

    assert "Ajouter un test" in html
