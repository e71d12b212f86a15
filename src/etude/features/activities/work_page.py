"""A student's work on an assignment: the answers, and how the draft grew from state to state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.activities.forms import PlainForm
from etude.features.activities.paging import Page
from etude.kinds.code.diffs import diff_rows
from etude.models import Draft, Submission, User
from etude.models.submission.draft import DraftVersion

if TYPE_CHECKING:
    from etude.features.activities.loading import Work

SUBMISSIONS_PER_PAGE = 20
VERSIONS_PER_PAGE = 30


def fill(work: Work) -> dict[str, Any]:
    """Return the values of the page; `?page=`, `?history=` and `?version=` choose what is shown."""
    draft = Draft.get_for(db.session, work.assignment.id, work.user_id)
    author = db.session.get(User, work.user_id)
    if author is None:
        raise NotFound
    return {
        "course": {"title": work.course.title, "url": url_for("courses.show_course", course_id=work.course.id)},
        "title": work.assignment.activity.title(work.locale),
        "language": work.locale,
        "zone": work.course.zone,
        "author": "" if work.is_own else author.name,
        "assignment_url": url_for("activities.show_assignment", assignment_id=work.assignment.id),
        "progress": work.progress,
        "points": work.assignment.points,
        "form": PlainForm(),
        **_submissions(work),
        **_history(work, draft),
    }


def _address(work: Work, **query: Any) -> str:  # noqa: ANN401  values of a query string
    if work.is_own:
        return url_for("activities.list_own_work", assignment_id=work.assignment.id, **query)
    return url_for("activities.show_student_work", assignment_id=work.assignment.id, user_id=work.user_id, **query)


def _submissions(work: Work) -> dict[str, Any]:
    count = Submission.get_last_attempt(db.session, work.assignment.id, work.user_id)
    page = Page.of_request("page", count, SUBMISSIONS_PER_PAGE)
    rows = Submission.get_page_for_student(
        db.session, work.assignment.id, work.user_id, offset=page.offset, limit=SUBMISSIONS_PER_PAGE
    )
    return {
        "submissions": rows,
        "page": page,
        "page_url": lambda number: _address(work, page=number),
        "best_id": work.progress.best_submission_id if work.progress else None,
    }


def _history(work: Work, draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {"versions": [], "history": None, "history_url": None, "shown": None}
    history = Page.of_request("history", DraftVersion.count(db.session, draft.id), VERSIONS_PER_PAGE)
    versions = DraftVersion.get_page(db.session, draft.id, offset=history.offset, limit=VERSIONS_PER_PAGE)
    wanted = request.args.get("version", type=int)
    return {
        "versions": [(one, _address(work, history=history.number, version=one.version)) for one in versions],
        "history": history,
        "history_url": lambda number: _address(work, history=number),
        "shown": _show_version(work, draft, wanted) if wanted else None,
    }


def _show_version(work: Work, draft: Draft, version: int) -> dict[str, Any]:
    """Return one state of the draft, file by file, with what changed since the state before it."""
    found = DraftVersion.get_with_earlier(db.session, draft.id, version)
    if not found or found[0].version != version:
        raise NotFound
    before = found[1].files if len(found) > 1 else {}
    return {
        "version": found[0],
        "is_first": len(found) == 1,
        "files": [(name, text, diff_rows(before.get(name, ""), text)) for name, text in found[0].files.items()],
        "restore_url": url_for("drafts.restore_draft", assignment_id=work.assignment.id) if work.is_own else "",
    }
