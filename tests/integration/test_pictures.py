"""Pictures of an activity: shown where its texts are read, by those who may read them, and never more than pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from etude.content import parse_activity, to_document
from etude.content.pictures import picture_type
from etude.core import clock
from etude.extensions import db
from etude.models import Activity
from etude.models.activity.storing import store_content
from etude.serving.first_start import SAMPLE
from tests import classroom, factories, hand_ins

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.content import ActivityContent
    from tests.conftest import Time

PICTURE = (SAMPLE / "bounces/files/bounces.png").read_bytes()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
STATEMENT = (
    "![The way of the ball](files/way.png) ![A drawing](files/drawing.svg) ![Gone](files/gone.png)\n\n"
    "![Elsewhere](https://example.org/x.png)\n"
)
FILES = {"way.png": PICTURE, "drawing.svg": SVG, "page.png": b"<html><script>alert(1)</script>", "data.txt": b"1 2 3"}


def with_pictures(statement: str = STATEMENT, **changes: Any) -> ActivityContent:
    return replace(classroom.content(), statement={"en": statement, "fr": statement}, files=FILES, **changes)


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people, made_of=with_pictures())


def pictures_on(page: str) -> list[str]:
    return re.findall(r'<img src="([^"]+)" alt="The way of the ball"', page)


def picture(room: classroom.Room, name: str = "way.png", version: int | None = None) -> str:
    return f"{room.path}/pictures/{version or room.version}/{name}"


def test_a_student_sees_the_picture_and_the_words_of_what_is_none(
    as_student: FlaskClient, room: classroom.Room
) -> None:
    page = as_student.get(room.path).text

    assert pictures_on(page) == [picture(room)]
    assert all(f"<em>{text}</em>" in page for text in ("A drawing", "Gone", "Elsewhere"))
    assert "example.org/x.png" not in page


def test_the_picture_is_sent_as_what_it_is_and_kept_by_this_browser_alone(
    as_student: FlaskClient, room: classroom.Room
) -> None:
    answer = as_student.get(picture(room))
    again = as_student.get(picture(room), headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.data, answer.content_type) == (200, PICTURE, "image/png")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["drawing.svg", "page.png", "data.txt", "gone.png", "../activity.toml"])
def test_nothing_but_pictures_is_sent(as_student: FlaskClient, room: classroom.Room, name: str) -> None:
    assert as_student.get(picture(room, name)).status_code == 404


def test_people_who_may_not_see_the_activity_find_no_picture(
    time: Time, app: Flask, people: factories.People, as_outsider: FlaskClient, as_student: FlaskClient
) -> None:
    with app.app_context():
        later = classroom.open_room(people, made_of=with_pictures(), opens_at=time.at + timedelta(days=1))
        hidden = classroom.open_room(people, made_of=with_pictures(), is_visible=False)

    assert as_outsider.get(picture(later)).status_code == 404
    assert [as_student.get(picture(one)).status_code for one in (later, hidden)] == [404, 404]


def test_an_earlier_version_is_for_those_who_answered_it_and_for_staff(
    app: Flask, people: factories.People, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        dee = factories.user().id
        factories.enrolment(people.course, dee)
        classroom.submit(room, people.ben)
        with db.session.begin():
            activity = db.session.get(Activity, room.activity)
            store_content(db.session, with_pictures("No picture."), made_by_id=None, at=clock.now(), activity=activity)
    browsers = [as_student, as_teacher, factories.sign_in(app, dee)]

    assert [one.get(picture(room)).status_code for one in browsers] == [200, 200, 404]


def test_versions_of_other_activities_are_not_reached_from_here(
    app: Flask, people: factories.People, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        other = factories.activity(to_document(with_pictures()))
        version = db.session.get(Activity, other.id).latest_version_id

    assert [one.get(picture(room, version=version)).status_code for one in (as_student, as_teacher)] == [404, 404]


@pytest.fixture
def quiz(app: Flask, people: factories.People) -> classroom.Room:
    """A quiz with a picture in a question and one in a choice."""
    tree = {
        "activity.toml": b'format = 1\nslug = "quiz"\nkind = "quiz"\ntitle = "Quiz"\n[[question]]\nid = "one"\n'
        b'type = "single"\ntext = "![The way of the ball](files/way.png) How high?"\npoints = 1\n'
        b'choices = [{text = "As ![The way of the ball](files/way.png) says", correct = true}, {text = "No"}]\n',
        "files/way.png": PICTURE,
        "statement.en.md": b"Look.\n",
        "statement.fr.md": b"Regardez.\n",
    }
    with app.app_context():
        return classroom.open_room(people, made_of=parse_activity(tree))


def test_a_question_of_a_quiz_shows_its_picture(quiz: classroom.Room, as_student: FlaskClient) -> None:
    assert pictures_on(as_student.get(quiz.path).text) == [picture(quiz)] * 2


def test_the_review_of_a_quiz_shows_the_pictures_of_its_questions_and_choices(
    quiz: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    fields = hand_ins.form_of(as_student, quiz.path)
    answer = as_student.post(f"{quiz.path}/submissions", data={**fields, "answer-one": "a"})

    page = as_teacher.get(f"{answer.location}/review").text

    assert pictures_on(page) == [picture(quiz)] * 2
    assert as_teacher.get(picture(quiz)).status_code == 200


def test_a_teacher_adds_a_picture_sees_it_in_the_preview_and_takes_it_out(
    app: Flask, people: factories.People, as_teacher: FlaskClient, as_student: FlaskClient
) -> None:
    with app.app_context():
        room = classroom.open_room(people, made_of=replace(with_pictures(), files={}))
        with db.session.begin():
            db.session.get(Activity, room.activity).owner_id = people.ada
    path = f"/activities/{room.activity}"
    upload = {"files": (BytesIO(PICTURE), "way.png")}
    factories.post(as_teacher, f"{path}/files", upload, content_type="multipart/form-data")

    files, preview = as_teacher.get(f"{path}/files").text, as_teacher.get(path).text
    shown = as_teacher.get(f"{path}/versions/2/pictures/way.png")
    seen = pictures_on(as_student.get(room.path).text)
    factories.post(as_teacher, f"{path}/files/remove", {"name": "way.png"})

    assert f'src="{path}/versions/2/pictures/way.png"' in files
    assert set(pictures_on(preview)) == {f"{path}/versions/2/pictures/way.png"}
    assert (shown.status_code, shown.data) == (200, PICTURE)
    assert len(seen) == 1
    assert "<em>The way of the ball</em>" in as_student.get(room.path).text


def test_the_preview_of_the_form_shows_what_the_activity_has(
    app: Flask, people: factories.People, room: classroom.Room, as_teacher: FlaskClient
) -> None:
    with app.app_context(), db.session.begin():
        db.session.get(Activity, room.activity).owner_id = people.ada
    typed = {"do": "preview", "started_from": "1", "statement_en": "![The way of the ball](files/way.png) new words"}

    page = factories.post(as_teacher, f"/activities/{room.activity}/edit", typed).text

    assert pictures_on(page) == [f"/activities/{room.activity}/versions/1/pictures/way.png"]
    assert "new words" in page


def test_the_picture_of_the_sample_course_is_one_and_both_languages_name_it() -> None:
    statements = [(SAMPLE / f"bounces/statement.{language}.md").read_text("utf-8") for language in ("fr", "en")]

    assert picture_type(PICTURE) == "image/png"
    assert all("](files/bounces.png)" in statement for statement in statements)
