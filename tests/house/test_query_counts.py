"""No page asks the database more than twelve times, and none asks more often with 500 rows than with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cachetools import LRUCache

from etude.core.caching import DEFAULT_SIZE, memory
from etude.models import Course
from tests import factories
from tests.crowd import Crowd, enlarge, gather
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

MOST_QUERIES = 12
MOST_OF_A_STUDENT = 15
"""Where a student works, the page holds the draft, the last answer with its tests, and the console as well."""
FEW, MANY = 1, 500
ELSEWHERE = {
    "live.follow_course": "a stream; tests/integration/test_live_updates.py",
    "live.follow_submission": "a stream; tests/integration/test_live_updates.py",
    "class_consoles.follow_consoles": "a stream; tests/integration/test_class_consoles.py",
    "class_consoles.follow_look": "a stream; tests/integration/test_class_consoles.py",
    "console_records.show_record": "needs a record that is kept; tests/integration/test_console_records.py",
    "consoles.follow_console": "a stream; tests/integration/test_consoles.py",
    "console_sockets.show_state": "needs a program that runs; tests/integration/test_console_sockets.py",
    "console_sockets.follow_by_socket": "needs a program that runs",
    "demos.show_demo": "needs a program that is shown; tests/integration/test_demos.py",
    "demos.show_program": "the same",
    "demos.show_screen": "the same",
    "demos.follow_demo": "a stream; tests/integration/test_demos.py",
    "demos.follow_by_socket": "needs a program that is shown",
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
    "privacy.export": "an archive of every table; tests/integration/test_personal_data.py",
    "privacy.export_in_course": "an archive",
    "privacy.export_own": "an archive",
    "progress.export_course": "an archive; tests/integration/test_course_archive.py",
    "metrics.ready": "answers a machine, by the migration of its database; tests/integration/test_monitoring.py",
    "metrics.show": "answers a machine",
    "audit_log.export": "a file of every row, read in pieces; tests/integration/test_audit_log.py",
    "audit_log.export_course": "a file of every row",
    "audit_log.export_lines": "a file of every row",
    "audit_log.export_course_lines": "a file of every row",
}
"""What this test does not ask for, each with why."""
NOTED = {"activities.show_submission", "activities.show_results", "activities.show_student_work", "reviews.show_review"}
"""The first look at a student's work is written to the audit log: a few queries more, once an hour."""
SHOWN = (200, 302, 303)
ARGUMENTS = {"kind": "code", "number": 2, "name": "way.png"}


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


def _counts(app: Flask, people: factories.People, crowd: Crowd, browsers: dict[str, FlaskClient]) -> dict[str, int]:
    """Return what each page costs the second time it is asked for: what a process keeps in memory is there.

    The staff's pages are asked for by who may see them, and all of them by a student, who may see few.
    """
    counts = {}
    for rule in _pages(app):
        address = _address(app, rule, people, crowd)
        staff = "admin" if rule.rule.startswith("/school") else "teacher"
        for reader, expected in ((staff, SHOWN), ("student", (*SHOWN, 403, 404))):
            browser = browsers[reader]
            browser.get(address).close()
            with count_queries(app) as sent:
                answer = browser.get(address)
                answer.get_data()
            answer.close()

            assert answer.status_code in expected, (rule.rule, answer.status_code)
            counts[f"{reader} {rule.rule}"] = sent.count
    return counts


@pytest.fixture
def _timeless(monkeypatch: pytest.MonkeyPatch, time: object) -> None:
    """Let nothing end by itself while pages are counted, however slow the machine is."""
    del time  # the clock stands still: no sign-in is noted as seen
    monkeypatch.setattr(memory, "_entries", LRUCache(DEFAULT_SIZE))


@pytest.mark.long
@pytest.mark.usefixtures("_timeless")
def test_every_page_costs_as_much_with_500_rows_as_with_one_and_twelve_queries_at_most(
    app: Flask, people: factories.People, as_teacher: FlaskClient, as_admin: FlaskClient, as_student: FlaskClient
) -> None:
    browsers = {"admin": as_admin, "teacher": as_teacher, "student": as_student}
    with app.app_context():
        crowd = gather(people, FEW)
    few = _counts(app, people, crowd, browsers)

    with app.app_context():
        enlarge(people, crowd, range(MANY, 2 * MANY - FEW))
    many = _counts(app, people, crowd, browsers)

    assert not {page: (few[page], cost) for page, cost in many.items() if cost > few[page]}
    most = {page: MOST_OF_A_STUDENT if page.startswith("student ") else MOST_QUERIES for page in many}
    assert not {page: cost for page, cost in many.items() if cost > most[page]}
    assert len(many) > 100


def test_what_is_asked_for_elsewhere_is_still_there(app: Flask) -> None:
    assert set(ELSEWHERE) <= set(app.view_functions)
