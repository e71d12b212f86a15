from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.audit import AuditTag
from etude.extensions import db
from etude.models import Assignment, AuditEntry, Enrolment, Progress, Review, Submission
from etude.models.course import CourseRole
from etude.models.progress import ProgressState
from etude.models.submission import SubmissionState
from tests import classroom, factories, hand_ins
from tests.queries import count_queries

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

HELLO = ("hello.py", b"print('hello')\n")


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people, made_of=hand_ins.upload_content())


@pytest.fixture
def submission_id(app: Flask, people: factories.People, room: classroom.Room) -> int:
    """Ben's hand-in."""
    with app.app_context():
        return hand_ins.submit(app, room, people.ben, HELLO)


def queue_path(people: factories.People) -> str:
    return f"/courses/{people.course}/reviews"


def review(client: FlaskClient, submission_id: int, *, version: int = 0, **data: str) -> Any:
    return factories.post(client, f"/submissions/{submission_id}/review", {"version": str(version), **data})


def state_of(app: Flask, submission_id: int) -> tuple[SubmissionState, Decimal | None]:
    with app.app_context():
        row = db.session.get(Submission, submission_id)
        return row.state, row.score


def entries(app: Flask, tag: AuditTag) -> list[dict[str, Any]]:
    with app.app_context():
        query = sa.select(AuditEntry).options(sa.orm.selectinload(AuditEntry.detail)).where(AuditEntry.tag == tag.value)
        rows = db.session.scalars(query.order_by(AuditEntry.id)).all()
        return [row.detail.document if row.detail else {} for row in rows]


def test_what_was_handed_in_waits_in_the_queue(
    as_teacher: FlaskClient, people: factories.People, submission_id: int
) -> None:
    page = as_teacher.get(queue_path(people))

    assert page.status_code == 200
    assert "Ben Student" in page.text
    assert f"/submissions/{submission_id}/review" in page.text


def test_the_review_page_shows_the_files_beside_the_form(as_teacher: FlaskClient, submission_id: int) -> None:
    page = as_teacher.get(f"/submissions/{submission_id}/review")

    assert "hello.py" in page.text
    assert "print(&#39;hello&#39;)" in page.text
    assert 'name="points"' in page.text


def test_a_draft_is_not_shown_to_the_student(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, submission_id: int
) -> None:
    answer = review(as_teacher, submission_id, points="7,5", comment="Secret so far.", save="1")

    assert answer.status_code == 302
    assert state_of(app, submission_id) == (SubmissionState.TO_REVIEW, None)
    assert "Secret so far." not in as_student.get(f"/submissions/{submission_id}").text
    assert "Secret so far." in as_teacher.get(f"/submissions/{submission_id}/review").text


def test_a_released_review_gives_points_and_completes_the_work(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People, submission_id: int
) -> None:
    review(as_teacher, submission_id, points="7.5", comment="**Good**, but late.", release="1")

    page = as_student.get(f"/submissions/{submission_id}")
    assert "<strong>Good</strong>" in page.text
    assert "7.5" in page.text
    assert state_of(app, submission_id) == (SubmissionState.REVIEWED, Decimal("7.50"))
    with app.app_context():
        row = db.session.get(Submission, submission_id)
        progress = Progress.get_for(db.session, row.assignment_id, people.ben)
        assert progress.state is ProgressState.COMPLETED
        assert progress.best_score == Decimal("7.50")
    assert "Nothing waits for you" in as_teacher.get(queue_path(people)).text


def test_a_comment_is_harmless_html(as_teacher: FlaskClient, as_student: FlaskClient, submission_id: int) -> None:
    review(as_teacher, submission_id, points="1", comment="<script>alert(1)</script> [x](javascript:y)", release="1")

    page = as_student.get(f"/submissions/{submission_id}").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_late_work_gets_what_the_late_rule_leaves(
    time: Time, app: Flask, people: factories.People, room: classroom.Room
) -> None:
    with app.app_context():
        with db.session.begin():
            assignment = db.session.get(Assignment, room.assignment)
            assignment.due_at, assignment.late_percent = time.at, 10
        time.forward(hours=30)
        late = hand_ins.submit(app, room, people.ben, HELLO)
    teacher = factories.sign_in(app, people.ada)

    review(teacher, late, points="10", release="1")

    assert state_of(app, late) == (SubmissionState.REVIEWED, Decimal("8.00"))
    assert "2 days late" in teacher.get(f"/submissions/{late}/review").text


def test_wrong_points_are_said_at_the_field_and_the_comment_is_kept(
    app: Flask, as_teacher: FlaskClient, submission_id: int
) -> None:
    answer = review(as_teacher, submission_id, points="11", comment="A long comment.", release="1")

    assert answer.status_code == 422
    assert "Points go from 0 to 10 here." in answer.text
    assert "A long comment." in answer.text
    assert state_of(app, submission_id)[0] is SubmissionState.TO_REVIEW


def test_an_edit_after_the_release_counts_at_once_and_is_audited_with_what_stood_there(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, submission_id: int
) -> None:
    review(as_teacher, submission_id, points="5", comment="Hm.", release="1")

    review(as_teacher, submission_id, version=1, points="9", comment="Better.", release="1")

    assert state_of(app, submission_id)[1] == Decimal("9.00")
    assert "Better." in as_student.get(f"/submissions/{submission_id}").text
    edited = entries(app, AuditTag.REVIEW_SAVED)[-1]
    assert edited["before"] == {"points": "5.00", "comment": "Hm."}
    assert edited["after"] == {"points": "9.00", "comment": "Better."}
    assert len(entries(app, AuditTag.REVIEW_RELEASED)) == 1


def test_released_points_cannot_be_taken_away(app: Flask, as_teacher: FlaskClient, submission_id: int) -> None:
    review(as_teacher, submission_id, points="5", release="1")

    answer = review(as_teacher, submission_id, version=1, points="", save="1")

    assert answer.status_code == 422
    assert "The student knows these points already" in answer.text
    assert state_of(app, submission_id)[1] == Decimal("5.00")


def test_two_teachers_at_once_lose_nothing(app: Flask, as_teacher: FlaskClient, submission_id: int) -> None:
    review(as_teacher, submission_id, points="5", comment="The first one’s.", save="1")

    answer = review(as_teacher, submission_id, points="8", comment="The second one’s.", save="1")

    assert answer.status_code == 409
    assert "The first one’s." in answer.text
    assert "The second one’s." in answer.text
    with app.app_context():
        assert Review.get_for_submission(db.session, submission_id).comment == "The first one’s."


def test_release_and_next_goes_on_to_the_next_one_that_waits(
    time: Time, app: Flask, people: factories.People, room: classroom.Room
) -> None:
    ids = hand_in_students(app, people, room, 3)
    teacher = factories.sign_in(app, people.ada)

    second = review(teacher, ids[1], points="5", release_next="1")
    third = review(teacher, ids[2], points="5", release_next="1")
    first = review(teacher, ids[0], points="5", release_next="1")

    assert second.location == f"/submissions/{ids[2]}/review"
    assert third.location == f"/submissions/{ids[0]}/review"
    assert first.location == queue_path(people)


def hand_in_students(app: Flask, people: factories.People, room: classroom.Room, count: int) -> list[int]:
    """So many students hand something in, one minute after the other."""
    with app.app_context():
        ids = []
        for _ in range(count):
            student = factories.user("Stu").id
            factories.enrolment(people.course, student)
            ids.append(hand_ins.submit(app, room, student, HELLO))
        return ids


def test_who_reviews_one_activity_goes_on_with_it(
    app: Flask, as_teacher: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    with app.app_context():
        other = classroom.open_room(people, made_of=hand_ins.upload_content("other"))
        hand_ins.submit(app, other, people.ben, HELLO)
    first, second = hand_in_students(app, people, room, 2)

    queue = as_teacher.get(f"{queue_path(people)}?assignment={room.assignment}").text
    page = as_teacher.get(f"/submissions/{first}/review?assignment={room.assignment}").text

    assert "2 hand-ins wait" in queue
    assert f"/submissions/{first}/review?assignment={room.assignment}" in queue
    assert f"/submissions/{second}/review?assignment={room.assignment}" in page


def test_all_that_is_ready_is_released_at_once(
    app: Flask, as_teacher: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    ids = hand_in_students(app, people, room, 3)
    review(as_teacher, ids[0], points="5", save="1")
    review(as_teacher, ids[1], points="6", save="1")
    review(as_teacher, ids[2], comment="No points yet.", save="1")

    answer = factories.post(as_teacher, f"{queue_path(people)}/release", follow_redirects=True)

    assert "2 reviews were released." in answer.text
    assert [state_of(app, one)[0] for one in ids] == [
        SubmissionState.REVIEWED,
        SubmissionState.REVIEWED,
        SubmissionState.TO_REVIEW,
    ]


def test_only_the_newest_version_waits(
    app: Flask, as_teacher: FlaskClient, people: factories.People, room: classroom.Room, submission_id: int
) -> None:
    with app.app_context():
        newer = hand_ins.submit(app, room, people.ben, HELLO)

    page = as_teacher.get(queue_path(people)).text

    assert f"/submissions/{newer}/review" in page
    assert f"/submissions/{submission_id}/review" not in page


def test_an_assistant_sees_and_releases_the_own_section_only(
    app: Flask, people: factories.People, room: classroom.Room
) -> None:
    ids = hand_in_students(app, people, room, 2)
    with app.app_context():
        mine = factories.section(people.course, "A").id
        assistant = factories.user("Al").id
        factories.enrolment(people.course, assistant, CourseRole.ASSISTANT, section_id=mine)
        with db.session.begin():
            author = db.session.get(Submission, ids[0]).user_id
            Enrolment.get_for(db.session, people.course, author).section_id = mine
    teacher, client = factories.sign_in(app, people.ada), factories.sign_in(app, assistant)
    for one in ids:
        review(teacher, one, points="5", save="1")

    page = client.get(queue_path(people)).text
    factories.post(client, f"{queue_path(people)}/release")

    assert f"/submissions/{ids[0]}/review" in page
    assert f"/submissions/{ids[1]}/review" not in page
    assert client.get(f"/submissions/{ids[1]}/review").status_code == 404
    assert review(client, ids[1], version=1, points="1", release="1").status_code == 404
    assert [state_of(app, one)[0] for one in ids] == [SubmissionState.REVIEWED, SubmissionState.TO_REVIEW]


def test_students_observers_and_strangers_review_nothing(
    app: Flask, as_student: FlaskClient, as_outsider: FlaskClient, people: factories.People, submission_id: int
) -> None:
    with app.app_context():
        observer = factories.user("Oz").id
        factories.enrolment(people.course, observer, CourseRole.OBSERVER)
    as_observer = factories.sign_in(app, observer)

    for path in (f"/submissions/{submission_id}/review", queue_path(people)):
        assert as_student.get(path).status_code == 403
        assert as_observer.get(path).status_code == 403
        assert as_outsider.get(path).status_code == 404
    assert review(as_student, submission_id, points="10", release="1").status_code == 403
    assert state_of(app, submission_id)[0] is SubmissionState.TO_REVIEW


def test_a_program_may_get_a_comment_and_points_that_replace_its_own(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        program = classroom.submit(room, people.ben, classroom.HALF_RIGHT)
        classroom.judge(program, "WA", score="4")

    review(as_teacher, program, comment="Think of large numbers.", release="1")
    commented = state_of(app, program)
    review(as_teacher, program, version=1, points="6", comment="A good try.", release="1")

    assert commented == (SubmissionState.JUDGED, Decimal("4.00"))
    assert state_of(app, program) == (SubmissionState.JUDGED, Decimal("6.00"))


def test_a_program_that_is_being_judged_is_not_released(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        program = classroom.submit(classroom.open_room(people), people.ben)

    answer = review(as_teacher, program, comment="Already.", release="1")

    assert answer.status_code == 422
    assert "being judged" in answer.text
    with app.app_context():
        assert Review.get_for_submission(db.session, program) is None


def test_the_queue_costs_the_same_at_1_and_at_500_rows(
    app: Flask, as_teacher: FlaskClient, people: factories.People, room: classroom.Room, submission_id: int
) -> None:
    as_teacher.get(queue_path(people))
    with count_queries(app) as few:
        as_teacher.get(queue_path(people))
    fill_queue(app, people, room, 499)

    with count_queries(app) as many:
        page = as_teacher.get(queue_path(people))

    assert "500 hand-ins wait" in page.text
    assert page.text.count('/review"') == 50
    assert many.count == few.count <= 12, "\n".join(many)


def fill_queue(app: Flask, people: factories.People, room: classroom.Room, count: int) -> None:
    from etude.core import clock

    with app.app_context(), db.session.begin():
        for number in range(count):
            author = factories.User(given_name="Stu", family_name=f"Dent {number}", login=f"stu.{number}")
            db.session.add(author)
            db.session.flush()
            db.session.add(factories.Enrolment(course_id=people.course, user_id=author.id))
            db.session.add(
                Submission(
                    assignment_id=room.assignment,
                    user_id=author.id,
                    activity_version_id=room.version,
                    attempt=1,
                    once=f"once-{number}",
                    kind="upload",
                    answer={},
                    state=SubmissionState.TO_REVIEW,
                    max_score=Decimal(10),
                    submitted_at=clock.now(),
                )
            )
