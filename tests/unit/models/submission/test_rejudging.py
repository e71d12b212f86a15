from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests import classroom, factories

from etude.core import clock
from etude.extensions import db
from etude.models import RejudgedAnswer, Rejudgement, Submission
from etude.models.submission import judging
from etude.models.submission.rejudging import Counts, note_before

if TYPE_CHECKING:
    from tests.conftest import Time


def judged_again(people: factories.People, room: classroom.Room, time: Time, *scores: str) -> Rejudgement:
    """Have answers with 4 points judged again; return the rejudgement, in which those have a result that got one."""
    ids = []
    for _ in range(2):
        ids.append(classroom.submit(room, people.ben))
        classroom.judge(ids[-1], "WA", score="4")
    time.forward(minutes=1)
    with db.session.begin():
        asked = Rejudgement(assignment_id=room.assignment, asked_by_id=people.ada, asked_at=clock.now())
        db.session.add(asked)
        db.session.flush()
        for one in ids:
            submission = db.session.get_one(Submission, one)
            note_before(db.session, asked, submission)
            judging.queue_again(db.session, submission, clock.now())
    for one, score in zip(ids, scores, strict=False):
        classroom.judge(one, "WA", score=score)
    return asked


def test_each_answer_keeps_what_it_had_and_what_it_got(session: object, people: factories.People, time: Time) -> None:
    asked = judged_again(people, classroom.open_room(people), time, "4", "7")

    [(answer, submission, author)] = RejudgedAnswer.get_changed(db.session, asked.id, offset=0, limit=10)

    assert (answer.status_before, answer.score_before, answer.tests_before) == ("WA", Decimal(4), Decimal(4))
    assert (answer.status_after, answer.score_after, answer.tests_after) == ("WA", Decimal(7), Decimal(7))
    assert (submission.attempt, author.id, answer.is_kept) == (2, people.ben, False)


def test_what_waits_is_not_counted_as_done_or_changed(session: object, people: factories.People, time: Time) -> None:
    asked = judged_again(people, classroom.open_room(people), time, "7")

    assert RejudgedAnswer.count_all(db.session, asked.id) == Counts(total=2, done=1, changed=1)


def test_result_of_a_later_judgement_does_not_change_what_was_kept(
    session: object, people: factories.People, time: Time
) -> None:
    asked = judged_again(people, classroom.open_room(people), time, "4", "7")
    [(answer, submission, _)] = RejudgedAnswer.get_changed(db.session, asked.id, offset=0, limit=10)
    time.forward(minutes=1)
    with db.session.begin():
        judging.queue_again(db.session, db.session.get_one(Submission, submission.id), clock.now())
    classroom.judge(submission.id, "AC", score="10")

    [(answer, _, _)] = RejudgedAnswer.get_changed(db.session, asked.id, offset=0, limit=10)

    assert (answer.status_after, answer.score_after) == ("WA", Decimal(7))


def test_latest_of_an_assignment_come_first_with_who_asked(
    session: object, people: factories.People, time: Time
) -> None:
    room = classroom.open_room(people)
    first, second = (judged_again(people, room, time, "4", "4").id for _ in range(2))

    latest = Rejudgement.get_latest(db.session, room.assignment)

    assert [one.id for one in latest] == [second, first]
    assert latest[0].asked_by.name == "Ada Teacher"
