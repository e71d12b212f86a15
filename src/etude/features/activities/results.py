"""The results box: what every kind's has in common, and what this reader may see of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from etude.extensions import db
from etude.features.activities.queue_position import place_in_queue
from etude.features.activities.visibility import see_tests
from etude.grading.verdict import Status
from etude.kinds import ResultInput, SeenPicture, kinds
from etude.models import Progress, Submission, TestOutcome, TestPicture
from etude.models.activity.listing import get_listed
from etude.models.progress.operations import is_free
from etude.models.submission import SubmissionState
from etude.models.submission.judging import get_rules
from etude.web.contents import content_of
from etude.web.judges import waiting_reason
from etude.web.pictures import find_assignment_pictures
from etude.web.templating import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.models.activity.rules import Rules

WAITING = {SubmissionState.QUEUED: "queued", SubmissionState.JUDGING: "judging"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a results box: whether all of it is shown; the author's rules, where the page has read them."""

    sees_all: bool
    rules: Rules | None = None


def describe(submission: Submission, reader: Reader) -> dict[str, Any]:
    """Return the values of the results box; the submission's answer, assignment, activity and course must be loaded."""
    box = _common(submission)
    if not submission.is_judged:
        return {**box, **_waiting(submission, reader)}
    outcomes = TestOutcome.get_for_submission(db.session, submission.id)
    asked = _ask(submission, outcomes, reader, _find_pictures(submission))
    own = kinds.load()[submission.kind].results(asked)
    return {**box, **own, **_judged(submission, reader)}


def _ask(
    submission: Submission, outcomes: Sequence[TestOutcome], reader: Reader, made: Mapping[int, Sequence[SeenPicture]]
) -> ResultInput:
    """Return what the kind is given: of the tests only what this reader may see."""
    content = content_of(db.session, submission.activity_version_id)
    locale = submission.assignment.course.locale
    return ResultInput(
        content=content,
        locale=locale,
        document=submission.answer,
        verdict=_seen_verdict(submission, reader),
        outcomes=see_tests(content, outcomes, locale=locale, is_staff=reader.sees_all, pictures=made),
        pictures=find_assignment_pictures(content, submission.assignment_id, submission.activity_version_id),
    )


def _seen_verdict(submission: Submission, reader: Reader) -> Mapping[str, Any]:
    """Return the verdict without what a fault of the activity's own parts says of them: that is for its teacher."""
    message = submission.verdict.get("message") or {}
    if reader.sees_all or submission.status != Status.IE or not message.get("values"):
        return submission.verdict
    return {**submission.verdict, "message": {}}


def _find_pictures(submission: Submission) -> dict[int, list[SeenPicture]]:
    """Return the pictures that the program made, by the place of their test; asked for only where there are any."""
    found: dict[int, list[SeenPicture]] = {}
    if not submission.verdict.get("picture_count"):
        return found
    for one in TestPicture.get_for_submission(db.session, submission.id):
        place: dict[str, Any] = {"submission_id": submission.id, "picture_id": one.id}
        address = url_for("pictures.show_made", **place)
        found.setdefault(one.position, []).append(SeenPicture(name=one.name, url=address))
    return found


def _next_address(submission: Submission) -> str:
    """Return the address of the visible activity after this one in the course; empty after the last."""
    listed = [one.id for one in get_listed(db.session, submission.assignment.course_id) if one.is_visible]
    here = listed.index(submission.assignment_id) if submission.assignment_id in listed else len(listed)
    following = listed[here + 1 : here + 2]
    return url_for("activities.show_assignment", assignment_id=following[0]) if following else ""


def _common(submission: Submission) -> dict[str, Any]:
    place: dict[str, Any] = {"submission_id": submission.id}
    return {
        "state": WAITING.get(submission.state, "judged"),
        "attempt": submission.attempt,
        "submitted_at": submission.submitted_at,
        "counts": not submission.is_trial and submission.counts,
        "url": url_for("activities.show_submission", **place),
        "results_url": url_for("activities.show_results", **place),
        "events_url": url_for("live.follow_submission", **place),
        "compile": None,
        "groups": [],
        "line_errors": [],
        "message": "",
        "place_in_queue": "",
        "isolation_note": "",
        "waiting_reason": "",
        "done_count": submission.verdict.get("done", 0),
        "test_count": submission.verdict.get("of", 0),
        "passed_count": 0,
    }


def _waiting(submission: Submission, reader: Reader) -> dict[str, Any]:
    if submission.state is SubmissionState.QUEUED:
        reason = waiting_reason(is_staff=reader.sees_all, language=submission.language)
        return {"place_in_queue": "" if reason else place_in_queue(submission.id), "waiting_reason": reason}
    first = submission.verdict.get("first")
    if not first:
        return {}
    asked = _ask(submission, [TestOutcome(submission_id=submission.id, position=0, **first)], reader, {})
    return {"groups": kinds.load()[submission.kind].results(asked)["groups"]}


def _judged(submission: Submission, reader: Reader) -> dict[str, Any]:
    progress = None
    if not submission.is_trial:
        progress = Progress.get_for(db.session, submission.assignment_id, submission.user_id)
    return {
        "status": submission.status,
        "score": submission.score,
        "max_score": submission.max_score,
        "late_note": late_note_of(submission, reader.rules) if submission.late_days else "",
        "extra_note": _extra_note(submission, reader),
        "is_best": progress is not None and progress.best_submission_id == submission.id,
        "completed": progress is not None and progress.is_completed,
        "isolation_note": _isolation_note(submission),
        "next_url": "" if reader.sees_all else _next_address(submission),
    }


def _isolation_note(submission: Submission) -> str:
    """Return the sentence on an answer that was judged behind a lower wall than usual, by what its record says."""
    if submission.verdict.get("tier") != "reduced":
        return ""
    return str(_("This answer was judged with reduced isolation, which this school has chosen for its machine."))


def _extra_note(submission: Submission, reader: Reader) -> str:
    if submission.is_trial:
        return str(_("A try by the staff: it counts for nothing."))
    if marked := _marked_note(submission, reader):
        return marked
    if is_free(submission):
        return str(_("This answer costs no attempt."))
    return ""


def _marked_note(submission: Submission, reader: Reader) -> str:
    """Return whose points these are where they are not those of the tests; to staff, also what the tests give now."""
    automatic = {name: Decimal(text) for name, text in submission.verdict.get("automatic", {}).items()}
    if not automatic or submission.raw_score in (None, automatic["points"]):
        return ""
    if not reader.sees_all:
        return str(_("These points are those of the teacher’s review."))
    points, most = (show_number(automatic[name]) for name in ("points", "max_points"))
    return str(
        _(
            "These points are those of the released review, and stay until you change them. The tests give"
            " %(points)s of %(most)s.",
            points=points,
            most=most,
        )
    )


def late_note_of(submission: Submission, rules: Rules | None = None) -> str:
    """Return the sentence on how late an answer was and what it cost; the rules are asked for where none are given."""
    rules = rules or get_rules(db.session, submission.assignment, submission.user_id)
    return late_note(rules, submission.late_days, submission.raw_score)


def late_note(rules: Rules, late_days: int, raw_score: Decimal | None = None) -> str:
    """Return how late an answer was, what is taken off for it and what the points were before; empty when in time."""
    if not late_days:
        return ""
    percent = min(rules.late_percent * late_days, 100 - min(rules.late_floor_percent, 100))
    late = str(ngettext("Handed in %(num)d day late.", "Handed in %(num)d days late.", late_days))
    if not percent:
        return late
    if raw_score is None:
        taken_off = str(_("%(percent)s %% of the points are taken off for it.", percent=percent))
        return f"{late} {taken_off}"
    sentence = _(
        "%(percent)s %% of the points are taken off for it; before that there were %(points)s.",
        percent=percent,
        points=show_number(raw_score),
    )
    return f"{late} {sentence}"
