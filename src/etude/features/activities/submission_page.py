"""The page of one answer: results, what was handed in, and for staff what they may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.extensions import db
from etude.features.activities import page
from etude.features.activities.loading import load_student_work, load_work, sees_all
from etude.features.activities.past import find_reviews, show_answers
from etude.features.activities.results import Reader, describe
from etude.kinds import kinds
from etude.models import Enrolment, Submission
from etude.permissions import Permission, scope
from etude.web.judges import tier_label
from etude.web.reviews import show_review

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def render(submission: Submission) -> ResponseReturnValue:
    """Return the page of an answer that the signed-in person may see.

    Kinds whose own page shows results (quiz, hand-in) show them there.
    """
    kind = kinds.load()[submission.kind]
    is_own = submission.user_id == current_user.id
    if kind.results_template == kind.template and (is_own or _is_member(submission)):
        return _render_kind(submission, is_own=is_own)
    return render_template("activities/submission.html", **_values(submission, is_own=is_own))


def _is_member(submission: Submission) -> bool:
    return Enrolment.get_for(db.session, submission.assignment.course_id, submission.user_id) is not None


def _render_kind(submission: Submission, *, is_own: bool) -> str:
    assignment_id, user_id = submission.assignment_id, submission.user_id
    work = load_work(assignment_id) if is_own else load_student_work(assignment_id, user_id)
    work.__dict__["version_id"] = submission.activity_version_id  # what was asked then, not what is asked now
    (shown,) = show_answers([submission], work.rules)
    form = work.kind.make_form(work.content, work.locale)
    values = page.fill(work, form, shown=shown)
    if values.get("marked") and is_own and work.standing.takes_answers:
        values["marked"]["retry_url"] = url_for("activities.show_assignment", assignment_id=work.assignment.id)
    return render_template(work.kind.template, **values)


def _values(submission: Submission, *, is_own: bool) -> dict[str, Any]:
    course, here = submission.assignment.course, scope()
    place: dict[str, Any] = {"assignment_id": submission.assignment_id}
    box = describe(submission, Reader(sees_all=sees_all(submission)))
    return {
        "course": {"title": course.title, "url": url_for("courses.show_course", course_id=course.id)},
        "title": submission.assignment.activity.title(course.locale),
        "language": course.locale,
        "zone": course.zone,
        "author": "" if is_own else submission.user.name,
        "submission": submission,
        "is_trial": submission.is_trial,
        "results": box,
        "review": _review(submission),
        "review_url": url_for("reviews.show_review", submission_id=submission.id)
        if here.may(Permission.REVIEW_WRITE) and not is_own and not submission.is_trial
        else "",
        "results_template": kinds.load()[submission.kind].results_template,
        "files": list(submission.answer.get("files", {}).items()),
        "assignment_url": url_for("activities.show_assignment", **place),
        "work_url": url_for("activities.list_own_work", **place)
        if is_own
        else url_for("activities.show_student_work", user_id=submission.user_id, **place),
        "judge_again_url": url_for("activities.judge_again", submission_id=submission.id)
        if here.may(Permission.SUBMISSION_REJUDGE) and submission.is_judged
        else "",
        "facts": _facts(submission) if here.is_staff else [],
    }


def _review(submission: Submission) -> dict[str, Any] | None:
    found = find_reviews([submission.id]).get(submission.id)
    return show_review(found, max_score=submission.max_score, reviewer=found.reviewer) if found else None


def _facts(submission: Submission) -> list[str]:
    """Return what only staff want to know: under what the answer was judged."""
    verdict = submission.verdict
    facts = [str(verdict["toolchain"])] if verdict.get("toolchain") else []
    tier = str(verdict.get("tier", ""))
    return [*facts, str(_("isolation: %(word)s", word=tier_label(tier)))] if tier else facts
