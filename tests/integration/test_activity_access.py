from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from etude.core import clock
from etude.extensions import db
from etude.models import Assignment, Course, Draft, DraftVersion, Submission
from etude.models.course import CourseRole
from etude.models.submission import SubmissionState
from tests import classroom, factories
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

MOST_QUERIES = 17
SECRETS = ("secret-input", "secret-expected", "secret-obtained", "secret-stderr", "secret-printed", "98765")
ROUTES = [
    ("GET", "/assignments/{assignment}"),
    ("POST", "/assignments/{assignment}/submissions"),
    ("POST", "/assignments/{assignment}/hints"),
    ("GET", "/assignments/{assignment}/work"),
    ("GET", "/assignments/{assignment}/students/{ben}"),
    ("POST", "/assignments/{assignment}/draft"),
    ("POST", "/assignments/{assignment}/draft/restored"),
    ("POST", "/assignments/{assignment}/runs"),
    ("GET", "/submissions/{submission}"),
    ("GET", "/submissions/{submission}/results"),
    ("POST", "/submissions/{submission}/judgement"),
    ("GET", "/events/submissions/{submission}"),
    ("GET", "/events/courses/{course}"),
]


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people)


def outcome(visibility: str, status: str = "WA") -> dict[str, Any]:
    return {
        "name": f"{visibility}-test", "test_group": visibility, "visibility": visibility, "status": status,
        "points": None, "cpu_us": 98_765_000, "wall_us": 98_765_000, "memory_kb": 98_765, "exit_code": 0,
        "signal": None, "is_function_test": False, "message": {"id": "%(what)s", "values": {"what": "secret-stderr"}},
        "notes": ["case"], "cut": [], "stdin_head": "secret-input", "expected_head": "secret-expected",
        "obtained_head": "secret-obtained", "stderr_head": "secret-stderr", "printed_head": "secret-printed",
    }  # fmt: skip


def read(client: FlaskClient, path: str) -> str:
    """Return a page's text, its attributes kept but its marks within words taken out."""
    return re.sub(r"</?(mark|span|td|tr)[^>]*>", "", client.get(path).text)


def fill(path: str, people: factories.People, room: classroom.Room, submission: int = 1) -> str:
    return path.format(assignment=room.assignment, ben=people.ben, submission=submission, course=people.course)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{method} {path}" for method, path in ROUTES])
def test_outsider_finds_nothing(
    app: Flask, people: factories.People, room: classroom.Room, as_outsider: FlaskClient, method: str, path: str
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
    url = fill(path, people, room, submission_id)

    answer = as_outsider.get(url) if method == "GET" else factories.post(as_outsider, url)

    assert answer.status_code == 404


def test_whoever_is_not_enrolled_is_told_whom_to_ask_and_nothing_of_the_course(
    people: factories.People, room: classroom.Room, as_outsider: FlaskClient
) -> None:
    pages = [as_outsider.get(path) for path in (room.path, f"/courses/{people.course}", "/courses/987654")]

    assert [page.status_code for page in pages] == [404, 404, 404]
    assert all("its teacher can add you to it" in page.text for page in pages)
    assert not any("ICS3U" in page.text or "Twice" in page.text for page in pages)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{method} {path}" for method, path in ROUTES])
def test_signed_out_browser_is_sent_to_sign_in(
    app: Flask, people: factories.People, room: classroom.Room, client: FlaskClient, method: str, path: str
) -> None:
    url = fill(path, people, room)

    answer = client.get(url) if method == "GET" else factories.post(client, url)

    assert answer.status_code in (302, 401)


def test_classmate_does_not_find_an_answer(app: Flask, people: factories.People, room: classroom.Room) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        dee = factories.user()
        factories.enrolment(people.course, dee.id)
        classmate = factories.sign_in(app, dee.id)

    assert classmate.get(f"/submissions/{submission_id}").status_code == 404
    assert classmate.get(f"/submissions/{submission_id}/results").status_code == 404


def test_assistant_of_one_section_finds_its_students_only(
    app: Flask, people: factories.People, room: classroom.Room
) -> None:
    with app.app_context():
        mine, other = factories.section(people.course, "A"), factories.section(people.course, "B")
        assistant, student, stranger = factories.user(), factories.user(), factories.user()
        factories.enrolment(people.course, assistant.id, CourseRole.ASSISTANT, section_id=mine.id)
        factories.enrolment(people.course, student.id, section_id=mine.id)
        factories.enrolment(people.course, stranger.id, section_id=other.id)
        student_id, stranger_id = student.id, stranger.id
        seen, unseen = classroom.submit(room, student_id), classroom.submit(room, stranger_id)
        browser = factories.sign_in(app, assistant.id)

    assert browser.get(f"/submissions/{seen}").status_code == 200
    assert browser.get(f"/submissions/{unseen}").status_code == 404
    assert browser.get(f"{room.path}/students/{student_id}").status_code == 200
    assert browser.get(f"{room.path}/students/{stranger_id}").status_code == 404


def test_observer_reads_the_activity_but_no_code_and_hands_nothing_in(
    app: Flask, people: factories.People, room: classroom.Room
) -> None:
    with app.app_context():
        parent = factories.user()
        factories.enrolment(people.course, parent.id, CourseRole.OBSERVER)
        submission_id = classroom.submit(room, people.ben)
        browser = factories.sign_in(app, parent.id)

    assert browser.get(room.path).status_code == 200
    assert browser.get(f"/submissions/{submission_id}").status_code == 404
    assert factories.post(browser, f"{room.path}/submissions").status_code == 403


def test_no_page_of_a_student_holds_anything_of_a_hidden_test(
    app: Flask, people: factories.People, room: classroom.Room, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        classroom.judge(submission_id, "WA", score="4", outcomes=[outcome("hidden")])
    paths = [room.path, f"/submissions/{submission_id}", f"/submissions/{submission_id}/results",
             f"{room.path}/work", f"/events/submissions/{submission_id}"]  # fmt: skip

    pages = [read(as_student, path) for path in paths]

    assert all("hidden-test" in page for path, page in zip(paths, pages, strict=True) if not path.endswith("/work"))
    assert not [secret for secret in SECRETS for page in pages if secret in page]
    assert all(secret in read(as_teacher, f"/submissions/{submission_id}") for secret in SECRETS[:4])


def test_no_page_of_a_student_holds_what_a_visible_test_expected(
    app: Flask, people: factories.People, room: classroom.Room, as_student: FlaskClient
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        classroom.judge(submission_id, "WA", score="4", outcomes=[outcome("visible")])

    pages = [read(as_student, path) for path in (room.path, f"/submissions/{submission_id}")]

    assert all("secret-input" in page and "secret-obtained" in page for page in pages)
    assert not any("secret-expected" in page for page in pages)


def count_for(app: Flask, client: FlaskClient, path: str) -> int:
    client.get(path)
    with count_queries(app) as sent:
        assert client.get(path).status_code == 200
    return sent.count


def add_rows(room: classroom.Room, people: factories.People, count: int) -> None:
    """So many judged answers, states of the draft, and assignments more; inside an application context."""
    at = clock.now()
    with db.session.begin():
        draft = Draft(assignment_id=room.assignment, user_id=people.ben, version=count, files={"main.py": "x"},
                      language="python", saved_at=at)  # fmt: skip
        db.session.add(draft)
        db.session.flush()
        for number in range(1, count + 1):
            db.session.add(
                DraftVersion(draft_id=draft.id, version=number, reason="run", language="python",
                             files={"main.py": str(number)}, begun_at=at, saved_at=at)
            )  # fmt: skip
            db.session.add(
                Submission(
                    assignment_id=room.assignment, user_id=people.ben, activity_version_id=room.version,
                    attempt=number, once=f"row-{number:06}", kind="code", language="python", status="WA",
                    answer={"files": {"main.py": "x"}}, state=SubmissionState.JUDGED, submitted_at=at,
                )
            )  # fmt: skip


def test_pages_cost_the_same_whatever_the_rows(
    app: Flask, people: factories.People, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    with app.app_context():
        few, many = classroom.open_room(people), classroom.open_room(people)
        add_rows(few, people, 1)
        with db.session.begin():
            db.session.query(Submission).update({"once": Submission.once + "-few"})
        add_rows(many, people, 500)

    for path in ("{}", "{}/work", "{}/work?version=1"):
        costs = [count_for(app, as_student, path.format(one.path)) for one in (few, many)]
        assert costs[0] == costs[1] <= MOST_QUERIES, path
    path = "{}/students/" + str(people.ben)
    costs = [count_for(app, as_teacher, path.format(one.path)) for one in (few, many)]
    assert costs[0] == costs[1] <= MOST_QUERIES


def test_work_in_the_bin_is_not_found(
    app: Flask, people: factories.People, room: classroom.Room, as_student: FlaskClient
) -> None:
    with app.app_context():
        submission_id = classroom.submit(room, people.ben)
        with db.session.begin():
            db.session.get(Assignment, room.assignment).delete(clock.now(), people.ada)

    assert as_student.get(room.path).status_code == 404
    assert as_student.get(f"/submissions/{submission_id}").status_code == 404
    with app.app_context(), db.session.begin():
        db.session.get(Course, people.course).delete(clock.now(), people.ada)
    assert as_student.get(f"/submissions/{submission_id}").status_code == 404
