"""What the engine tells besides verdicts, on the pages: pictures, conversations, groups, faults, the first failure."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.content.model import ActivityGroup, ActivityTest, ActivityValidator
from etude.core import clock
from etude.extensions import db
from etude.features.activities import queue_position
from etude.models import Submission, TestPicture, WorkerState
from etude.models.submission import judging
from etude.models.submission.judging import Judgement
from etude.queue import GRADE_SUBMISSION, TaskMessage, subject_of
from tests import classroom, factories
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

DRAWING = """
open("plot.png", "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + b"dots")
open("drawing.svg", "w").write('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
open("page.png", "w").write("<html><script>alert(1)</script>")
print(2 * int(input()))
"""
GUESSING = """
import sys
low, high = 1, 100
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == "right":
        break
    low, high = (guess + 1, high) if said == "more" else (low, guess - 1)
"""
JUDGE = b"""
import sys
wanted = int(open(sys.argv[1]).read())
for line in sys.stdin:
    guess = int(line)
    print("right" if guess == wanted else "more" if guess < wanted else "less", flush=True)
    if guess == wanted:
        sys.exit(42)
sys.exit(43)
"""
CRASHING = b"import sys\nprint('no such file: secret-path', file=sys.stderr)\nsys.exit(3)\n"


@pytest.fixture
def judged(app: Flask, people: factories.People) -> Any:
    """Return a way to have Ben's program judged by a worker; gives the submission's id."""
    assert classroom.can_isolate()

    def judge(code: str, **made_of: Any) -> int:
        with app.app_context():
            room = classroom.open_room(people, made_of=classroom.content(**made_of))
            submission_id = classroom.submit(room, people.ben, code)
        with classroom.running_worker(app):
            classroom.wait_until_judged(app, submission_id)
        return submission_id

    return judge


def pictures_on(page: str) -> list[str]:
    return re.findall(r'<img src="(/submissions/\d+/pictures/\d+)"', page)


def test_pictures_of_a_program_are_shown_as_its_output_is_and_sent_safely(
    judged: Any, as_student: FlaskClient, as_teacher: FlaskClient, as_outsider: FlaskClient
) -> None:
    submission_id = judged(DRAWING, pictures=("plot.png", "drawing.svg", "page.png"))

    own = pictures_on(as_student.get(f"/submissions/{submission_id}").text)
    all_of_them = pictures_on(as_teacher.get(f"/submissions/{submission_id}").text)
    hidden = sorted(set(all_of_them) - set(own))
    answers = [as_student.get(address) for address in own]

    assert (len(own), len(all_of_them)) == (4, 6)  # two in the sample, two in the visible test; html is no picture
    assert [answer.mimetype for answer in answers] == ["image/png", "image/svg+xml"] * 2
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
    assert [answer.headers["Content-Disposition"] for answer in answers[:2]] == ["inline", "attachment"]
    assert [as_student.get(address).status_code for address in hidden] == [404, 404]
    assert [as_teacher.get(address).status_code for address in hidden] == [200, 200]
    assert [as_outsider.get(address).status_code for address in own] == [404] * 4


def test_a_picture_of_another_answer_is_not_found_and_judging_again_replaces_them(
    app: Flask, judged: Any, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    first, second = judged(DRAWING, pictures=("plot.png",)), judged(DRAWING, pictures=("plot.png",))
    (address, *_) = pictures_on(as_student.get(f"/submissions/{first}").text)

    elsewhere = as_student.get(address.replace(f"/{first}/", f"/{second}/"))
    factories.post(as_teacher, f"/submissions/{first}/judgement")

    assert elsewhere.status_code == 404
    assert as_student.get(address).status_code == 404
    with app.app_context():
        assert TestPicture.get_for_submission(db.session, first) == []


def test_the_conversation_of_a_sample_is_shown_in_turns_and_that_of_a_hidden_test_is_not(
    judged: Any, as_student: FlaskClient
) -> None:
    validator = ActivityValidator(language="python", files={"judge.py": JUDGE}, is_interactive=True)
    made = (("show", "sample", 0, b"25\n"), ("secret", "hidden", 10, b"77\n"))
    groups = tuple(
        ActivityGroup(
            name=name,
            visibility=visibility,
            points=Decimal(points),
            tests=(ActivityTest(name="one", stdin={"": data}),),
        )
        for name, visibility, points, data in made
    )

    submission_id = judged(GUESSING, validator=validator, groups=groups, solutions=())
    page = as_student.get(f"/submissions/{submission_id}").text

    turns = re.findall(r'<tr class="(answer|judge)"><th scope="row">([^<]+)</th><td[^>]*>([^<]*)</td>', page)
    assert turns == [
        ("answer", "Your program", "50"), ("judge", "The judge", "less"),
        ("answer", "Your program", "25"), ("judge", "The judge", "right"),
    ]  # fmt: skip


def test_a_validator_that_crashes_is_told_to_the_teacher_and_is_no_fault_of_the_student(
    judged: Any, as_student: FlaskClient, as_teacher: FlaskClient, people: factories.People
) -> None:
    validator = ActivityValidator(language="python", files={"judge.py": CRASHING})

    submission_id = judged(classroom.RIGHT, validator=validator)
    seen, told = (client.get(f"/submissions/{submission_id}").text for client in (as_student, as_teacher))
    table = as_teacher.get(f"/courses/{people.course}/progress").text

    assert "It is not your fault" in seen
    assert "secret-path" not in seen
    assert "secret-path" in told
    assert "What the validator says" in told
    assert "could not be judged</span>" in table or "could not be judged," in table
    assert 'class="cell fault"' in table


def test_what_a_validators_compiler_says_is_not_for_students(
    judged: Any, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    validator = ActivityValidator(language="cpp", files={"judge.cpp": b"int main() { return secret_name; }\n"})

    submission_id = judged(classroom.RIGHT, validator=validator)
    seen, told = (client.get(f"/submissions/{submission_id}").text for client in (as_student, as_teacher))

    assert "secret_name" not in seen
    assert "It is not your fault" in seen
    assert "secret_name" in told


def test_the_first_visible_failure_is_told_while_the_rest_still_runs(
    app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    slow = "n = int(input())\nwhile n == 31337: pass\nprint(n)\n"
    with app.app_context():
        room = classroom.open_room(people)
        submission_id = classroom.submit(room, people.ben, slow)

    with classroom.running_worker(app):
        page = ""
        while "A test has failed already" not in page and 'data-state="judged"' not in page:
            page = as_student.get(f"/submissions/{submission_id}/results").text
            classroom.pause()
        classroom.wait_until_judged(app, submission_id)

    assert 'data-state="judging"' in page
    assert page.count('class="test"') == 1
    assert "one" in page


@pytest.mark.parametrize(("visibility", "shows_expected"), [("sample", True), ("visible", False)])
def test_of_the_first_failure_a_student_sees_what_its_group_allows(
    app: Flask, people: factories.People, as_student: FlaskClient, visibility: str, shows_expected: bool
) -> None:
    first = {**row("seen", "two", "WA"), "visibility": visibility, "expected_head": "plum", "obtained_head": "fig"}
    with app.app_context():
        submission_id = classroom.submit(classroom.open_room(people), people.ben)
        with db.session.begin():
            claimed = judging.claim(db.session, submission_id, clock.now())
            judging.note_tests_done(db.session, claimed, {"done": 1, "of": 3, "first": first}, clock.now())

    page = as_student.get(f"/submissions/{submission_id}").text

    assert "fig" in page
    assert ("plum" in page) == shows_expected


def row(group: str, name: str, status: str, points: str | None = None) -> dict[str, Any]:
    return {
        "name": name, "test_group": group, "visibility": "visible", "status": status, "cpu_us": 1, "wall_us": 1,
        "points": None if points is None else Decimal(points), "memory_kb": 1, "exit_code": 0, "signal": None,
        "is_function_test": False, "message": {}, "notes": [], "cut": [], "stdin_head": "", "expected_head": "",
        "obtained_head": "x", "stderr_head": "", "printed_head": "", "judge_note_head": "",
    }  # fmt: skip


def record(app: Flask, submission_id: int, groups: list[dict[str, Any]], outcomes: list[Any], **more: Any) -> None:
    status, score = more.pop("status", "WA"), more.pop("score", Decimal(3))
    document = {"compile": None, "message": {}, "groups": groups, **more}
    with app.app_context(), db.session.begin():
        claimed = judging.claim(db.session, submission_id, clock.now())
        judgement = Judgement(status=status, score=score, max_score=Decimal(10), document=document, outcomes=outcomes)
        assert judging.record(db.session, claimed, judgement, clock.now())


def scored(name: str, score: str, max_score: str, inside: str = "") -> dict[str, Any]:
    return {"name": name, "inside": inside, "visibility": "visible", "status": "WA", "score": score,
            "max_score": max_score}  # fmt: skip


def test_groups_stand_under_those_they_lie_in_and_tests_that_add_up_have_their_points(
    app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    inner = replace(classroom.content().groups[1], name="inner", inside="outer", scoring="sum", title={"en": "Inner"})
    outer = ActivityGroup(name="outer", points=Decimal(10), scoring="sum", visibility="visible", title={"en": "Outer"})
    with app.app_context():
        made_of = classroom.content(groups=(outer, inner), solutions=())
        submission_id = classroom.submit(classroom.open_room(people, made_of=made_of), people.ben)
    outcomes = [row("inner", "two", "AC", "1.5"), row("inner", "three", "WA", "0")]

    record(app, submission_id, [scored("outer", "3", "10"), scored("inner", "1.5", "4", "outer")], outcomes)
    page = re.sub(r"\s+", " ", as_student.get(f"/submissions/{submission_id}").text)

    assert page.index('data-depth="0"') < page.index("<h3>Outer</h3>") < page.index('data-depth="1"')
    assert "<h4>Inner</h4>" in page
    assert "1.5 points</span>" in page


@pytest.mark.parametrize(("tier", "is_told"), [("full", False), ("reduced", True)])
def test_an_answer_judged_behind_a_lower_wall_says_so(
    app: Flask, people: factories.People, as_student: FlaskClient, tier: str, is_told: bool
) -> None:
    with app.app_context():
        submission_id = classroom.submit(classroom.open_room(people), people.ben)

    record(app, submission_id, [], [], tier=tier)

    assert ("reduced isolation" in as_student.get(f"/submissions/{submission_id}").text) == is_told


@pytest.mark.parametrize(("status", "is_shown"), [("WA", True), ("IE", False)])
def test_an_answer_that_ended_as_internal_error_shows_no_points(
    app: Flask, people: factories.People, as_student: FlaskClient, status: str, is_shown: bool
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        submission_id = classroom.submit(room, people.ben)

    record(app, submission_id, [], [], status=status, score=Decimal(0))
    result = as_student.get(f"/submissions/{submission_id}/results").text

    assert ('class="points"' in result) is is_shown


def test_who_waits_is_told_how_many_programs_are_before_with_one_question_for_all_pages(
    time: Time, app: Flask, people: factories.People, as_student: FlaskClient
) -> None:
    with app.app_context():
        factories.add(WorkerState(name="test", seen_at=clock.now(), tier="full", languages={"python": "3"}))
        room = classroom.open_room(people)
        waiting = []
        for _ in range(3):
            waiting.append(classroom.submit(room, people.ben))
            time.forward(seconds=1)
        queue_position.cache().clear()

    with count_queries(app) as sent:
        first, second, third = (as_student.get(f"/submissions/{one}/results").text for one in waiting)

    assert "before yours" not in first
    assert "1 program before yours." in second
    assert "2 programs before yours." in third
    assert sum("FROM task_message" in one for one in sent) == 1


def test_a_stream_tells_when_the_place_in_the_queue_changes(app: Flask, people: factories.People, time: Time) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        ahead = classroom.submit(room, people.ben)
        time.forward(seconds=1)
        watch = queue_position.QueueWatch(db.session.get(Submission, classroom.submit(room, people.ben)))
        before = watch.has_moved()
        db.session.rollback()
        with db.session.begin():
            taken = sa.delete(TaskMessage).where(TaskMessage.subject == subject_of(GRADE_SUBMISSION, ahead))
            db.session.execute(taken)
        queue_position.cache().clear()

        after, at_rest = watch.has_moved(), watch.has_moved()

    assert (before, after, at_rest) == (False, True, False)
