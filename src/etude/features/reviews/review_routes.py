"""Reviews: the queue of a course, one review, the release of all that are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from etude.core import clock
from etude.core.errors import Conflict, EtudeError, NotFound, Refused
from etude.extensions import db
from etude.features.reviews import queue_page, review_page, services
from etude.features.reviews.forms import ReleaseAllForm, ReviewForm
from etude.models import Review, Submission
from etude.models.submission import SubmissionState, review_queue
from etude.models.submission.review_queue import Waiting
from etude.permissions import Permission, requires, scope
from etude.web.i18n import translate
from etude.web.submission_access import load_readable

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("reviews", __name__, template_folder="templates")


def _waiting() -> Waiting:
    """Return the part of the queue that this person sees: of the own section, of the assignment in the address."""
    here = scope()
    assignment_id = request.args.get("assignment", type=int)
    return Waiting(course_id=here.course.id, section_id=here.section_id, assignment_id=assignment_id)


@blueprint.get("/courses/<int:course_id>/reviews")
@requires(Permission.REVIEW_WRITE)
def list_reviews(course_id: int) -> ResponseReturnValue:  # noqa: ARG001  the guard has found the course
    """List what waits for a review, oldest first."""
    values = queue_page.fill(scope().course, _waiting(), request.args.get("page", 1, type=int))
    return render_template("reviews/list.html", form=ReleaseAllForm(), **values)


@blueprint.post("/courses/<int:course_id>/reviews/release")
@requires(Permission.REVIEW_WRITE)
def release_all(course_id: int) -> ResponseReturnValue:
    """Release every review that is written and ready."""
    waiting = _waiting()
    if not ReleaseAllForm().validate_on_submit():
        raise NotFound
    count = 0
    while released := services.release_some(waiting, at=clock.now()):
        count += released
    flash(ngettext("%(num)d review was released.", "%(num)d reviews were released.", count), "success")
    return redirect(url_for(".list_reviews", course_id=course_id, assignment=waiting.assignment_id))


@blueprint.get("/submissions/<int:submission_id>/review")
@requires(Permission.REVIEW_WRITE)
def show_review(submission_id: int) -> ResponseReturnValue:
    """Show an answer beside the form of its review."""
    submission = _load(submission_id)
    form = _make_form(submission)
    form.show(Review.get_for_submission(db.session, submission.id))
    return render_template("reviews/show.html", **review_page.fill(submission, _waiting(), form))


@blueprint.post("/submissions/<int:submission_id>/review")
@requires(Permission.REVIEW_WRITE)
def save_review(submission_id: int) -> ResponseReturnValue:
    """Save a review, and release it if that button was pressed."""
    submission = _load(submission_id)
    form = _make_form(submission)
    if not form.validate_on_submit():
        return render_template("reviews/show.html", **review_page.fill(submission, _waiting(), form)), 422
    try:
        services.save_review(
            submission.id, form.remarks(), by_id=current_user.id, at=clock.now(), release=form.is_release
        )
    except (Conflict, Refused) as error:
        return _refuse(submission_id, form, error)
    flash(_("The review is released.") if form.is_release else _("The review is saved."), "success")
    return redirect(_after(submission, is_next=bool(form.release_next.data)))


def _refuse(submission_id: int, form: ReviewForm, error: EtudeError) -> ResponseReturnValue:
    """Answer with the form as it was filled in; the next save is against what stands in the database now."""
    submission = _load(submission_id)
    review = Review.get_for_submission(db.session, submission_id)
    form.form_errors.append(translate(error.sentence, error.values))
    form.version.data = str(review.version if review else 0)
    return render_template("reviews/show.html", **review_page.fill(submission, _waiting(), form)), error.status


def _load(submission_id: int) -> Submission:
    submission = load_readable(submission_id)
    if submission.is_trial or submission.user_id == current_user.id:
        raise NotFound
    return submission


def _make_form(submission: Submission) -> ReviewForm:
    needs_points = submission.state is SubmissionState.TO_REVIEW and submission.assignment.points > 0
    return ReviewForm(submission.assignment.points, needs_points=needs_points)


def _after(submission: Submission, *, is_next: bool) -> str:
    """Return where to go after saving: the next one that waits, the queue when none does, else the same page."""
    if not is_next:
        return url_for(".show_review", submission_id=submission.id, assignment=_waiting().assignment_id)
    waiting = _waiting()
    if next_id := review_queue.get_next_id(db.session, waiting, submission):
        return url_for(".show_review", submission_id=next_id, assignment=waiting.assignment_id)
    return url_for(".list_reviews", course_id=waiting.course_id, assignment=waiting.assignment_id)
