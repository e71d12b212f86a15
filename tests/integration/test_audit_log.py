"""The audit log as people read it: filtered by person, thing, act and day; as files; one's own trail."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from etude import audit
from etude.audit import AuditTag
from etude.extensions import db
from etude.models import AuditEntry, Course, User
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

PATHS = ("/school/audit", "/school/audit.csv", "/school/audit.jsonl")
IN_COURSE = ("/audit", "/audit.csv", "/audit.jsonl")


@pytest.fixture
def log(app: Flask, time: Time, people: factories.People) -> factories.People:
    """Before anybody signs in: Ada changed the course three days ago, Ben's account a day later; now Ben signed out."""
    with app.app_context():
        for days, tag, actor_id in (
            (3, "COURSE_UPDATED", people.ada),
            (2, "ACCOUNT_UPDATED", people.ada),
            (0, "LOGOUT", people.ben),
        ):
            time.at = START - timedelta(days=days)
            with db.session.begin():
                course, ben = db.session.get_one(Course, people.course), db.session.get_one(User, people.ben)
                is_course = tag == "COURSE_UPDATED"
                audit.record(
                    db.session,
                    AuditTag[tag],
                    target=course if is_course else ben,
                    course_id=people.course if is_course else None,
                    actor_id=actor_id,
                    details={"name": f"=HYPERLINK({days})", "address": "10.0.0.9"},
                )
        time.at = START
    return people


def said(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/school/audit{query}")
    assert answer.status_code == 200
    return unescape(answer.text)


CHANGED_COURSE = "Ada Teacher changed the settings of the course"
CHANGED_BEN = "Ada Teacher changed the account of Ben Student"
SIGNED_OUT = "Ben Student signed out"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?person=ben", {CHANGED_BEN, SIGNED_OUT}),
        ("?person=ada", {CHANGED_COURSE, CHANGED_BEN}),
        ("?tag=login:session:ended", {SIGNED_OUT}),
        ("?target_type=course&target_id={course}", {CHANGED_COURSE}),
        ("?target_type=user", {CHANGED_BEN, SIGNED_OUT}),
        ("?since=2026-11-22", {CHANGED_BEN, SIGNED_OUT}),
        ("?until=2026-11-22", {CHANGED_BEN, CHANGED_COURSE}),
        ("?since=2026-11-22&until=2026-11-22", {CHANGED_BEN}),
        ("?since=2031-01-01", set()),
        ("?until=2001-01-01", set()),
    ],
)
def test_the_log_is_filtered_by_person_thing_act_and_day(
    log: factories.People, as_admin: FlaskClient, query: str, shown: set[str]
) -> None:
    page = said(as_admin, query.format(course=log.course))

    assert {text for text in (CHANGED_COURSE, CHANGED_BEN, SIGNED_OUT) if text in page} == shown


@pytest.mark.parametrize("query", ["?since=yesterday", "?until=0001-01-01", "?target_id=5", "?target_id=x", "?tag=no"])
def test_a_choice_that_is_not_right_is_said_at_its_field(as_admin: FlaskClient, query: str) -> None:
    answer = as_admin.get(f"/school/audit{query}")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert as_admin.get(f"/school/audit.csv{query}").status_code == 422


def test_a_line_leads_to_everything_about_the_same_thing(log: factories.People, as_admin: FlaskClient) -> None:
    page = said(as_admin)

    assert f"/school/audit?target_type=course&target_id={log.course}" in page


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(log: factories.People, as_admin: FlaskClient) -> None:
    body = as_admin.get("/school/audit.csv").get_data()

    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert body.startswith(b"\xef\xbb\xbf")
    assert [row[3] for row in rows[1:]] == [SIGNED_OUT, CHANGED_BEN, CHANGED_COURSE]
    assert rows[1][1] == "2026-11-24 13:15:00"
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


def test_json_lines_hold_the_digests_and_no_salt(log: factories.People, app: Flask, as_admin: FlaskClient) -> None:
    lines = [json.loads(line) for line in as_admin.get("/school/audit.jsonl").text.splitlines()]

    assert [line["id"] for line in lines] == [3, 2, 1]
    assert lines[0]["previous_digest"] == lines[1]["digest"]
    assert lines[2]["details"] == {"name": "=HYPERLINK(3)", "address": "10.0.0.9"}
    assert "salt" not in lines[0]


def test_a_file_has_what_was_chosen_and_the_export_is_audited_with_the_choice(
    log: factories.People, app: Flask, as_admin: FlaskClient
) -> None:
    body = as_admin.get("/school/audit.csv?person=ben&since=2026-11-24").text

    assert SIGNED_OUT in body
    assert CHANGED_BEN not in body
    with app.app_context():
        entry = AuditEntry.get_page(db.session, tag="school:audit:exported")[0]
        assert (entry.actor_id, entry.detail.document["person_id"]) == (log.admin, str(log.ben))
        assert entry.detail.document["format"] == "csv"


def test_a_long_log_comes_whole_in_pieces(
    app: Flask, as_admin: FlaskClient, people: factories.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etude.features.audit_log.exporting.PIECE", 4)
    with app.app_context(), db.session.begin():
        for _number in range(11):
            audit.record(db.session, AuditTag.LOGOUT)

    lines = [json.loads(line)["id"] for line in as_admin.get("/school/audit.jsonl").text.splitlines()]
    rows = as_admin.get("/school/audit.csv").text.splitlines()

    assert lines == list(range(11, 0, -1))
    assert len(rows) == 1 + 11 + 1


def test_a_teacher_takes_the_own_courses_part_along_and_nobody_else_does(
    log: factories.People, app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, as_outsider: FlaskClient
) -> None:
    body = as_teacher.get(f"/courses/{log.course}/audit.csv").text

    assert CHANGED_COURSE in body
    assert SIGNED_OUT not in body
    course = f"/courses/{log.course}"
    for client, status in ((as_student, 403), (as_outsider, 404)):
        assert {client.get(course + path).status_code for path in IN_COURSE} == {status}
    for client in (as_teacher, as_student, as_outsider):
        assert {client.get(path).status_code for path in PATHS} == {403}


def test_everybody_reads_the_own_trail_and_not_from_where_others_acted(
    log: factories.People, as_student: FlaskClient
) -> None:
    page = unescape(as_student.get("/auth/trail").text)

    assert CHANGED_BEN in page
    assert SIGNED_OUT in page
    assert CHANGED_COURSE not in page
    assert page.count("10.0.0.9") == 1
    assert "/auth/trail" in as_student.get("/auth/profile").text


def test_a_change_of_the_own_place_in_a_course_is_on_the_own_trail(
    as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People
) -> None:
    with as_teacher.application.app_context(), db.session.begin():
        place = db.session.query(factories.Enrolment).filter_by(user_id=people.ben).one()
        audit.record(db.session, AuditTag.ENROLMENT_CHANGED, target=place, actor_id=people.ada)

    assert "changed role or section of Ben Student" in unescape(as_student.get("/auth/trail").text)
