from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.content import digest, read_activity_zip
from etude.core import clock
from etude.extensions import db
from etude.features.authoring import checking
from etude.grading.verdict import Status
from etude.models import Activity, ActivityVersion, AuditEntry, WorkerState
from etude.models.activity.storing import store_content
from etude.models.course import CourseRole
from etude.models.user import SchoolRole
from tests import factories
from tests.audited import audited
from tests.authoring import open_form, sample, stored
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import People


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _many(count: int, owner_id: int, course_id: int) -> None:
    with db.session.begin():
        for number in range(count):
            activity = Activity(
                slug=f"many-{number}", kind="code", title_fr=f"Le {number}", title_en=f"No {number}", owner_id=owner_id
            )
            db.session.add(activity)
            db.session.flush()
            version = ActivityVersion(
                activity_id=activity.id, number=1, digest="x", points=1, document={}, made_at=clock.now()
            )
            db.session.add(version)
            db.session.flush()
            activity.latest_version_id = version.id
            factories_assignment = factories.Assignment(
                course_id=course_id, activity_id=activity.id, position=number, points=1
            )
            db.session.add(factories_assignment)


def test_the_list_names_kind_languages_check_and_courses(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
        factories.assignment(people.course, activity_id)

    html = _text(as_teacher, "/activities")

    for text in ("Say hello", "hello", "Program", "Python", "FR", "EN", "not checked", "ICS3U"):
        assert text in html


def test_the_list_costs_the_same_queries_for_1_and_for_500_rows(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    with app.app_context():
        _many(1, people.ada, people.course)
    _text(as_teacher, "/activities")
    with count_queries(app) as few:
        _text(as_teacher, "/activities")
    with app.app_context():
        with db.session.begin():
            for activity in db.session.scalars(sa.select(Activity)):
                db.session.delete(activity)
        _many(500, people.ada, people.course)

    with count_queries(app) as many:
        html = _text(as_teacher, "/activities?page=2")

    assert many.count == few.count <= 8
    assert html.count("<tr>") == 51


def test_a_student_is_told_of_no_activity(app: Flask, as_student: FlaskClient, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)

    assert as_student.get("/activities").status_code == 403
    assert as_student.get(f"/activities/{activity_id}").status_code == 404
    assert as_student.get(f"/activities/{activity_id}/edit").status_code == 404
    assert as_student.get(f"/activities/{activity_id}/export").status_code == 404


def test_the_page_shows_both_statements_versions_and_courses(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
        factories.assignment(people.course, activity_id)

    html = _text(as_teacher, f"/activities/{activity_id}")

    for text in ("Dire bonjour", "Say hello", "Ada Teacher", "The solutions wait to be judged", "ICS3U"):
        assert text in html
    assert "Delete this activity" not in html


def test_a_teacher_of_another_course_may_copy_but_not_change(app: Flask, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
        eve = factories.user("Eve", "Elsewhere", school_role=SchoolRole.TEACHER).id
    as_eve = factories.sign_in(app, eve)

    html = _text(as_eve, f"/activities/{activity_id}")
    refused = as_eve.get(f"/activities/{activity_id}/edit")
    copied = factories.post(as_eve, f"/activities/{activity_id}/duplicate")

    assert f"/activities/{activity_id}/edit" not in html
    assert refused.status_code == 403
    assert copied.status_code == 302
    with app.app_context():
        copy = Activity.get_by_slug(db.session, "hello-2")
        assert (copy.owner_id, copy.title_en) == (eve, "Say hello (copy)")


def test_a_teacher_of_a_course_that_uses_it_may_change_what_the_school_owns(app: Flask, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), None)
        eve = factories.user("Eve", "Colleague", school_role=SchoolRole.TEACHER).id
    as_eve = factories.sign_in(app, eve)
    before = as_eve.get(f"/activities/{activity_id}/edit").status_code

    with app.app_context():
        factories.enrolment(people.course, eve, CourseRole.TEACHER)
        factories.assignment(people.course, activity_id)

    assert (before, as_eve.get(f"/activities/{activity_id}/edit").status_code) == (403, 200)


def test_the_difference_between_two_versions_is_read_line_by_line(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    content = sample("hello")
    with app.app_context():
        activity_id = stored(content, people.ada)
        stored(replace(content, statement={**content.statement, "en": "Only **this**."}), people.ada)

    html = _text(as_teacher, f"/activities/{activity_id}/versions/2")

    assert "statement.en.md" in html
    assert "Only **this**." in html
    assert "statement.fr.md" not in html
    assert "What changed" in _text(as_teacher, f"/activities/{activity_id}/versions")
    assert as_teacher.get(f"/activities/{activity_id}/versions/9").status_code == 404


def test_deleting_is_refused_while_a_course_uses_the_activity(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
        assignment_id = factories.assignment(people.course, activity_id).id

    refused = factories.post(as_teacher, f"/activities/{activity_id}/delete", follow_redirects=True)

    assert "This activity is used in: ICS3U." in refused.get_data(as_text=True)
    with app.app_context(), db.session.begin():
        db.session.get(factories.Assignment, assignment_id).delete(clock.now(), people.ada)
    factories.post(as_teacher, f"/activities/{activity_id}/delete")
    assert as_teacher.get(f"/activities/{activity_id}").status_code == 404


def test_a_deleted_activity_comes_back_from_the_bin(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
    factories.post(as_teacher, f"/activities/{activity_id}/delete")

    factories.post(as_teacher, f"/bin/activities/{activity_id}/restore")

    assert "Say hello" in _text(as_teacher, f"/activities/{activity_id}")
    assert audited(app) >= {"content:activity:deleted", "content:activity:restored"}


def test_an_export_is_the_activity_and_is_audited(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    content = sample("soundtrack")
    with app.app_context():
        activity_id = stored(content, people.ada)

    first = as_teacher.get(f"/activities/{activity_id}/export")
    second = as_teacher.get(f"/activities/{activity_id}/export")

    assert digest(read_activity_zip(first.data)) == digest(content)
    assert first.data == second.data
    assert "soundtrack.zip" in first.headers["Content-Disposition"]
    with app.app_context():
        tags = db.session.scalars(sa.select(AuditEntry.tag)).all()
    assert tags.count("content:activity:exported") == 2


def test_the_check_is_asked_for_judged_and_shown(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
        version_id = db.session.get(Activity, activity_id).latest_version_id
        factories.add(
            WorkerState(name="test", seen_at=clock.now(), tier="full", languages={"python": "3", "cpp": "12"})
        )
    factories.post(as_teacher, f"/activities/{activity_id}/check")
    waiting = _text(as_teacher, f"/activities/{activity_id}/check")

    with app.app_context():
        checking.run_check(version_id, lambda _job: _Judged(Status.AC), clock.now())

    html = _text(as_teacher, f"/activities/{activity_id}")
    assert "The solutions are being judged." in waiting
    assert "every 2s" in waiting
    assert "Tests and solutions disagree" in html
    assert "solutions/wrong_answer" in html
    assert "every 2s" not in html


class _Judged:
    def __init__(self, status: Status) -> None:
        self.status = status
        self.tier = "full"


def test_a_quiz_is_checked_as_soon_as_it_is_stored(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("quiz-basics"), people.ada)

    assert "Tests and solutions agree" in _text(as_teacher, f"/activities/{activity_id}")


def test_files_are_added_replaced_downloaded_and_taken_out(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)
    path = f"/activities/{activity_id}/files"
    picture = b"\x89PNG\r\n\x1a\n\x00"

    added = factories.post(as_teacher, path, {"files": [(io.BytesIO(picture), "stave.png")], "beside": "y"})
    sent = as_teacher.get(f"{path}/stave.png")
    typed = open_form(as_teacher, f"/activities/{activity_id}/edit")
    as_teacher.post(f"/activities/{activity_id}/edit", data={**typed, "title_en": "Hi", "do": "save"})

    assert added.status_code == 302
    assert (sent.data, sent.mimetype) == (picture, "application/octet-stream")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "files-0-text" not in typed
    assert as_teacher.get(f"{path}/stave.png").data == picture
    factories.post(as_teacher, f"{path}/remove", {"name": "stave.png"})
    assert as_teacher.get(f"{path}/stave.png").status_code == 404


@pytest.mark.parametrize("name", ["../x.txt", "a\u202eb.txt", "con.txt"])
def test_a_file_with_an_unsafe_name_is_refused_with_a_sentence(
    app: Flask, as_teacher: FlaskClient, people: People, name: str
) -> None:
    with app.app_context():
        activity_id = stored(sample("hello"), people.ada)

    answer = factories.post(as_teacher, f"/activities/{activity_id}/files", {"files": [(io.BytesIO(b"x"), name)]})

    assert answer.status_code == 422


def _zip(*slugs: str, spoil: str = "", course: bool = False) -> io.BytesIO:
    from etude.content import activity_tree

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for slug in slugs:
            for path, data in activity_tree(sample(slug)).items():
                text = data.replace(b'kind = "', b'kind = "no') if slug == spoil else data
                archive.writestr(f"{slug}/{path}", text)
        if course:
            archive.writestr("course.toml", f'format = 1\ncode = "NEW1"\ntitle = "New"\nactivities = {list(slugs)}')
    buffer.seek(0)
    return buffer


def _upload(client: FlaskClient, archive: io.BytesIO) -> tuple[str, str]:
    answer = factories.post(client, "/activities/import", {"archive": (archive, "a.zip")})
    assert answer.status_code == 302
    return answer.location, _text(client, answer.location)


def test_an_import_is_seen_before_it_is_stored(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        stored(sample("hello"), people.ada)
        stored(replace(sample("duration"), points=sample("duration").points, title={"fr": "Vieux"}), people.ada)

    location, report = _upload(as_teacher, _zip("hello", "duration", "flowchart"))
    with app.app_context():
        before = Activity.count(db.session)
    factories.post(as_teacher, location)

    assert [report.count(word) for word in ("unchanged", "becomes a new version")] == [1, 1]
    with app.app_context():
        assert (before, Activity.count(db.session)) == (2, 3)
        assert Activity.get_by_slug(db.session, "flowchart").owner_id == people.ada
        assert Activity.get_by_slug(db.session, "duration").title_fr != "Vieux"
    assert as_teacher.get(location).status_code == 404
    assert "content:activity:imported" in audited(app)


def test_a_mistake_is_told_with_file_and_field_and_the_rest_is_taken(as_teacher: FlaskClient, people: People) -> None:
    _location, report = _upload(as_teacher, _zip("hello", "duration", spoil="hello"))

    assert "hello/activity.toml, kind: “nocode” is not known here." in report
    assert "Import 1 activity" in report


def test_somebody_elses_activity_is_not_overwritten(app: Flask, as_teacher: FlaskClient, people: People) -> None:
    with app.app_context():
        eve = factories.user("Eve", "Elsewhere", school_role=SchoolRole.TEACHER).id
        with db.session.begin():
            store_content(db.session, replace(sample("hello"), title={"fr": "À Eve"}), made_by_id=eve, at=clock.now())

    location, report = _upload(as_teacher, _zip("hello", "duration"))
    factories.post(as_teacher, location)

    assert "not taken" in report
    with app.app_context():
        assert Activity.get_by_slug(db.session, "hello").title_fr == "À Eve"
        assert Activity.get_by_slug(db.session, "duration") is not None


def test_a_course_comes_with_its_activities_and_its_teacher(
    app: Flask, as_teacher: FlaskClient, people: People
) -> None:
    location, report = _upload(as_teacher, _zip("hello", "duration", course=True))

    made = factories.post(as_teacher, location, {"make_course": "y"})

    assert "NEW1" in report
    assert "Say hello" in _text(as_teacher, made.location)


def test_another_persons_archive_cannot_be_seen(as_teacher: FlaskClient, as_admin: FlaskClient, people: People) -> None:
    location, _report = _upload(as_teacher, _zip("hello", "duration"))

    assert as_admin.get(location).status_code == 404


@pytest.mark.parametrize("archive", [b"", b"no zip", b"PK\x03\x04 damaged"])
def test_what_is_no_zip_is_refused_at_the_field(as_teacher: FlaskClient, people: People, archive: bytes) -> None:
    answer = factories.post(as_teacher, "/activities/import", {"archive": (io.BytesIO(archive), "a.zip")})

    assert answer.status_code == 422
    assert "zip" in answer.get_data(as_text=True)
