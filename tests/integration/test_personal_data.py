"""A person's data: taken along by the person, the teacher and the admin; erased; erased again after a restore."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.core import erasure_list, schema
from etude.extensions import db
from etude.features.backups import restoring
from etude.features.backups import services as backups
from etude.models import AuditDetail, AuditEntry, Draft, Erasure, Progress, Submission, User, UserSession
from etude.models.progress.progress import ProgressState
from etude.models.retention import purge_batch
from etude.models.submission import SubmissionState
from tests import classroom, factories
from tests.audited import audited

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time


@pytest.fixture
def work(app: Flask, time: Time, people: factories.People) -> classroom.Room:
    """Ben's answer with his name in it, a draft, a mark, and entries of the audit log about him."""
    with app.app_context():
        room = classroom.open_room(people)
        answer = factories.add(
            Submission(
                assignment_id=room.assignment,
                user_id=people.ben,
                activity_version_id=room.version,
                attempt=1,
                once="x",
                kind="code",
                answer={"files": {"../main.py": "# Ben Student\nprint(1)\n"}},
                state=SubmissionState.JUDGED,
                score=Decimal(7),
                max_score=Decimal(10),
                submitted_at=time.at,
                queued_at=time.at,
            )
        )
        factories.add(
            Draft(assignment_id=room.assignment, user_id=people.ben, files={"main.py": "# Ben"}, saved_at=time.at)
        )
        factories.add(
            Progress(
                assignment_id=room.assignment,
                user_id=people.ben,
                course_id=people.course,
                state=ProgressState.STARTED,
                best_score=Decimal(7),
            )
        )
        with db.session.begin():
            ben, row = db.session.get_one(User, people.ben), db.session.get_one(Submission, answer.id)
            audit.record(db.session, AuditTag.ACCOUNT_CREATED, target=ben, details={"name": "Ben Student"})
            audit.record(
                db.session, AuditTag.SUBMISSION_CREATED, target=row, actor_id=ben.id, details={"address": "10.0.0.9"}
            )
    return room


def unpack(client: FlaskClient, path: str) -> zipfile.ZipFile:
    with client.get(path) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def everything(app: Flask) -> str:
    """All text of the database."""
    with app.app_context(), db.engine.connect() as connection:
        tables = sa.inspect(db.engine).get_table_names()
        return "".join(str(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in tables)


def test_a_person_takes_along_everything_that_is_stored_to_read_and_for_programs(
    work: classroom.Room, as_student: FlaskClient
) -> None:
    packed = unpack(as_student, "/auth/data.zip")

    data = json.loads(packed.read("data.json"))
    page = packed.read("index.html").decode()
    rows = list(csv.DictReader(io.StringIO(packed.read("tables/progress.csv").decode("utf-8-sig"))))
    assert data["user"][0]["family_name"] == "Student"
    assert packed.read("answers/1-1/main.py") == b"# Ben Student\nprint(1)\n"
    assert rows[0]["best_score"] == "7.00"
    assert "to assess what was learnt, and to justify the marks" in page
    assert "scrypt" not in json.dumps(data) + page
    assert all(not name.startswith("/") and ".." not in name for name in packed.namelist())
    assert "account:data:exported" in audited(as_student.application)


def test_a_teacher_takes_along_the_own_courses_part_only(
    app: Flask, work: classroom.Room, people: factories.People, as_teacher: FlaskClient, as_outsider: FlaskClient
) -> None:
    with app.app_context():
        other = factories.course()
        factories.enrolment(other.id, people.ben)
        path = f"/courses/{other.id}/students/{people.ben}/data.zip"

    data = json.loads(unpack(as_teacher, f"/courses/{people.course}/students/{people.ben}/data.zip").read("data.json"))

    assert [row["course_id"] for row in data["enrolment"]] == [people.course]
    assert "user_session" not in data
    assert "email" not in data["user"][0]
    assert len(data["submission"]) == 1
    assert as_teacher.get(path).status_code == 404
    assert as_teacher.get(f"/courses/{people.course}/students/{people.cy}/data.zip").status_code == 404
    assert as_outsider.get(f"/courses/{people.course}/students/{people.ben}/data.zip").status_code == 404
    assert as_teacher.get(f"/school/accounts/{people.ben}/data.zip").status_code in (403, 404)


def test_the_admin_exports_any_person(work: classroom.Room, people: factories.People, as_admin: FlaskClient) -> None:
    data = json.loads(unpack(as_admin, f"/school/accounts/{people.ben}/data.zip").read("data.json"))

    assert data["user"][0]["login"] == "ben"
    assert as_admin.get("/school/accounts/999/data.zip").status_code == 404


def test_an_erased_person_is_nowhere_any_more_and_the_marks_stay(
    app: Flask, work: classroom.Room, people: factories.People, as_student: FlaskClient, as_admin: FlaskClient
) -> None:
    page = factories.post(as_admin, f"/school/accounts/{people.ben}/erase", follow_redirects=True)

    assert "The marks stay without a name until" in unescape(page.text)
    assert "Restore it" not in page.text
    left = everything(app)
    assert not [text for text in ("Ben", "ben'", "10.0.0.9") if text in left]
    assert as_student.get("/auth/profile").status_code == 302
    with app.app_context():
        assert db.session.scalars(sa.select(Progress.best_score)).all() == [Decimal(7)]
        assert db.session.scalars(sa.select(Submission.score)).all() == [Decimal(7)]
        assert db.session.scalar(sa.select(sa.func.count(UserSession.id)).where(UserSession.user_id == people.ben)) == 0
        assert AuditEntry.prove(db.session).broken_at is None
        assert AuditEntry.get_last(db.session).tag == "account:data:erased"


def test_what_was_erased_is_not_judged_again(
    app: Flask, work: classroom.Room, people: factories.People, as_admin: FlaskClient
) -> None:
    factories.post(as_admin, f"/school/accounts/{people.ben}/erase")

    with app.app_context():
        assert Submission.count_to_rejudge(db.session, work.assignment) == (0, 0)


def test_an_erased_person_is_not_restored_or_erased_twice_and_an_admin_never(
    work: classroom.Room, people: factories.People, as_admin: FlaskClient
) -> None:
    factories.post(as_admin, f"/school/accounts/{people.ben}/erase")

    assert factories.post(as_admin, f"/school/accounts/{people.ben}/restore").status_code == 409
    assert factories.post(as_admin, f"/school/accounts/{people.ben}/erase").status_code == 409
    assert factories.post(as_admin, f"/school/accounts/{people.admin}/erase").status_code == 422
    assert factories.post(as_admin, "/school/accounts/999/erase").status_code == 404


def test_marks_go_when_their_time_is_over(
    app: Flask, time: Time, work: classroom.Room, people: factories.People, as_admin: FlaskClient, config: Config
) -> None:
    factories.post(as_admin, f"/school/accounts/{people.ben}/erase")

    removed = []
    for days in (100, 300):
        at = time.forward(days=days)
        with app.app_context(), db.session.begin():
            removed.append(purge_batch(db.session, User, User.retention.before(at, config)))

    assert removed == [0, 1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Progress.id))) == 0
        assert Erasure.get_for(db.session, people.ben) is not None


def test_a_restore_erases_again_who_was_erased_since_the_backup(
    app: Flask, time: Time, work: classroom.Room, people: factories.People, config: Config, tmp_path: Path
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.head()}')")
    with app.app_context():
        backup = backups.create_backup(config, at=time.at)
    admin = factories.sign_in(app, people.admin)
    factories.post(admin, f"/school/accounts/{people.ben}/erase")
    new = replace(config, data=tmp_path / "new", database_url="")

    restoring.restore_backup(new, config.backups / backup.name)

    engine = sa.create_engine(new.database)
    with sa.orm.Session(engine) as session:
        ben = session.get_one(User, people.ben, execution_options={"include_deleted": True})
        tags = session.scalars(sa.select(AuditEntry.tag).order_by(AuditEntry.id)).all()
        assert (ben.name, ben.is_deleted) == (f"#{people.ben}", True)
        assert session.get_one(User, people.cy).name == "Cy Outsider"
        assert tags[-2:] == ["school:backup:restored", "account:data:erased"]
        assert AuditEntry.prove(session).broken_at is None
        assert "Ben Student" not in str(session.scalars(sa.select(AuditDetail.document)).all())
    engine.dispose()
    assert [one.user_id for one in erasure_list.read(new.data)] == [people.ben]


def test_somebody_elses_account_of_the_same_number_is_left_alone(
    app: Flask, time: Time, work: classroom.Room, people: factories.People, config: Config, tmp_path: Path
) -> None:
    from etude.web.erasing import erase_again

    other = erasure_list.Erased(people.ben, time.at - timedelta(days=900), time.at, time.at)
    erasure_list.write(tmp_path, [other])

    with app.app_context():
        count = erase_again(db.session, config, tmp_path, at=time.at)

        assert count == 0
        assert db.session.get_one(User, people.ben).name == "Ben Student"


def test_the_page_of_an_account_offers_both(
    people: factories.People, as_admin: FlaskClient, as_teacher: FlaskClient
) -> None:
    page = as_admin.get(f"/school/accounts/{people.ben}").text

    assert "Export what is stored" in page
    assert "Erase the person" in page
    assert factories.post(as_teacher, f"/school/accounts/{people.ben}/erase").status_code in (403, 404)
