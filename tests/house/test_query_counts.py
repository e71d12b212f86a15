"""No page asks the database more than twelve times, however many rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.models import Course
from tests import factories
from tests.crowd import Crowd, gather
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

MOST_QUERIES = 12
ROWS = 120
ELSEWHERE = {
    "live.follow_course": "a stream; tests/integration/test_live_updates.py",
    "live.follow_submission": "a stream; tests/integration/test_live_updates.py",
    "files.view": "needs a stored file; tests/integration/test_file_upload.py",
    "files.content": "needs a stored file",
    "files.download": "needs a stored file",
    "pictures.show_made": "needs a picture of a program; tests/integration/test_engine_results.py",
    "activity_import.review": "needs an upload that was just made",
    "backups.download": "needs a backup",
    "links.use_link": "needs a fresh link",
    "auth.create_admin": "needs the first link",
    "runs.show_run": "answers a program, not a person",
    "pages.assets": "a file of the build",
}
"""What this test does not ask for, each with why."""
NOTED = {"activities.show_submission", "activities.show_results", "activities.show_student_work", "reviews.show_review"}
"""The first look at a student's work is written to the audit log: a few queries more, once an hour."""
ARGUMENTS = {"kind": "code", "number": 2, "name": "way.png"}


@pytest.fixture
def crowd(app: Flask, people: factories.People) -> Crowd:
    with app.app_context():
        return gather(people, ROWS)


def _pages(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted((rule for rule in rules if rule.endpoint not in ELSEWHERE), key=lambda rule: rule.rule)


def _address(app: Flask, rule: Rule, people: factories.People, crowd: Crowd) -> str:
    with app.app_context():
        code = factories.db.session.get(Course, people.course).class_code
    sort = "assignments" if "course_id" in rule.arguments else "courses"
    known = {**ARGUMENTS, **vars(crowd), "course_id": people.course, "class_code": code, "sort": sort}
    values = {name: known[name] for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def test_no_page_sends_more_than_twelve_queries_whatever_the_rows(
    app: Flask, people: factories.People, crowd: Crowd, as_teacher: FlaskClient, as_admin: FlaskClient
) -> None:
    counts: dict[str, int] = {}
    unreached: dict[str, int] = {}
    for rule in _pages(app):
        browser = as_admin if rule.rule.startswith("/school") else as_teacher
        address = _address(app, rule, people, crowd)

        if rule.endpoint in NOTED:
            browser.get(address).close()
        with count_queries(app) as sent:
            answer = browser.get(address)
            answer.get_data()
        answer.close()

        counts[rule.rule] = sent.count
        if answer.status_code not in (200, 302, 303):
            unreached[rule.rule] = answer.status_code
    assert not unreached
    assert not {name: count for name, count in counts.items() if count > MOST_QUERIES}
    assert len(counts) > 50


def test_what_is_asked_for_elsewhere_is_still_there(app: Flask) -> None:
    assert set(ELSEWHERE) <= set(app.view_functions)
