"""The activity page: read, hand in, open hints; the answers that were handed in, and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from etude.core import clock
from etude.core.errors import Refused
from etude.extensions import limiter
from etude.features.activities import page, services, submission_page, work_page
from etude.features.activities.forms import PlainForm
from etude.features.activities.handing import read_hand_in
from etude.features.activities.loading import load_open_work, load_work, look_at_student_work, sees_all
from etude.features.activities.results import Reader, describe
from etude.kinds import AnswerForm, kinds
from etude.permissions import Permission, requires
from etude.web import request as web_request
from etude.web.i18n import translate
from etude.web.rate_keys import by_session
from etude.web.submission_access import load_readable

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.features.activities.loading import Work
    from etude.forms import BaseForm

blueprint = Blueprint("activities", __name__, template_folder="templates")
limiter.limit("600 per minute", key_func=by_session)(blueprint)


@blueprint.get("/assignments/<int:assignment_id>")
@requires(Permission.COURSE_VIEW)
def show_assignment(assignment_id: int) -> ResponseReturnValue:
    """Show what is asked and the bench to work on it."""
    work = load_work(assignment_id)
    if work.is_hidden:
        return render_template("activities/not_open.html", **page.not_open(work))
    form = work.kind.make_form(work.content, work.locale)
    return _bench(work, form)


@blueprint.post("/assignments/<int:assignment_id>/submissions")
@requires(Permission.SUBMISSION_CREATE)
@limiter.limit("20 per minute", key_func=by_session, override_defaults=False)
def hand_in(assignment_id: int) -> ResponseReturnValue:
    """Take an answer; it is queued, marked at once, or left to the teacher."""
    work = load_open_work(assignment_id)
    form = work.kind.make_form(work.content, work.locale)
    if not form.validate_on_submit():
        return _refuse(work, form)
    try:
        submission_id = services.hand_in(read_hand_in(work, form), at=clock.now())
    except Refused as refusal:
        return _refuse(load_work(assignment_id), form, translate(refusal.sentence, refusal.values))
    if "HX-Request" in request.headers:
        return _results(submission_id, next_once=AnswerForm(formdata=None).once.data)
    return redirect(url_for(".show_submission", submission_id=submission_id), 303)


def _bench(work: Work, form: BaseForm) -> Response:
    values = page.fill(work, form, language=request.args.get("language", ""), shown=page.find_shown(work))
    if work.kind.judged_by == "worker":
        web_request.nonce()
    response = make_response(render_template(work.kind.template, **values))
    if work.kind.judged_by == "worker":
        web_request.isolate(response)
    return response


def _refuse(work: Work, form: BaseForm, refusal: str = "") -> ResponseReturnValue:
    """Answer with the sentence at its place; what was typed stands in the form."""
    if refusal:
        form.form_errors.append(refusal)
    if "HX-Request" in request.headers:
        return render_template("activities/_refused.html", form=form), 422
    return _bench(work, form), 422


@blueprint.post("/assignments/<int:assignment_id>/hints")
@requires(Permission.SUBMISSION_CREATE)
def open_hint(assignment_id: int) -> ResponseReturnValue:
    """Open the next hint; for a try it is noted nowhere but in the address of the page."""
    work = load_open_work(assignment_id)
    query: dict[str, Any] = {}
    if PlainForm().validate_on_submit():
        if work.is_trial:
            query = {"hints": page.open_hint_count(work) + 1}
        else:
            services.open_hint(assignment_id, work.user_id, hint_count=len(work.content.hints), at=clock.now())
    return redirect(url_for(".show_assignment", assignment_id=assignment_id, **query, _anchor="hints"), 303)


@blueprint.get("/assignments/<int:assignment_id>/work")
@requires(Permission.COURSE_VIEW)
def list_own_work(assignment_id: int) -> ResponseReturnValue:
    """List the person's own answers and the states of the draft."""
    return render_template("activities/work.html", **work_page.fill(load_work(assignment_id)))


@blueprint.get("/assignments/<int:assignment_id>/students/<int:user_id>")
@requires(Permission.SUBMISSION_VIEW_OTHERS)
def show_student_work(assignment_id: int, user_id: int) -> ResponseReturnValue:
    """Show the staff a student's answers and how the draft grew."""
    return render_template("activities/work.html", **work_page.fill(look_at_student_work(assignment_id, user_id)))


@blueprint.get("/submissions/<int:submission_id>")
@requires(Permission.COURSE_VIEW)
def show_submission(submission_id: int) -> ResponseReturnValue:
    """Show one answer and its results."""
    submission = load_readable(submission_id)
    return submission_page.render(submission)


@blueprint.get("/submissions/<int:submission_id>/results")
@requires(Permission.COURSE_VIEW)
def show_results(submission_id: int) -> ResponseReturnValue:
    """Answer with the results box alone, for pages that poll."""
    response = make_response(_results(submission_id))
    response.add_etag(weak=False)
    return response.make_conditional(request)


def _results(submission_id: int, *, next_once: str = "") -> str:
    submission = load_readable(submission_id)
    kind = kinds.load()[submission.kind]
    box = describe(submission, Reader(sees_all=sees_all(submission)))
    return render_template(kind.results_template, results=box, next_once=next_once)


@blueprint.post("/submissions/<int:submission_id>/judgement")
@requires(Permission.SUBMISSION_REJUDGE)
def judge_again(submission_id: int) -> ResponseReturnValue:
    """Have an answer judged afresh."""
    submission = load_readable(submission_id)
    if PlainForm().validate_on_submit():
        services.judge_again(submission.id, at=clock.now())
        flash(_("This answer is being judged again."), "success")
    return redirect(url_for(".show_submission", submission_id=submission_id), 303)
