"""Handed-in files: downloaded, or looked at. For the author and those who may read the submission; 404 for others.

A file never runs as a page of this site: it is an attachment, or a picture or PDF with a type of ours and a policy that
allows nothing, or text in a page of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wsgi import wrap_file

from etude.core.caching import PRIVATE
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.files.names import content_disposition
from etude.models import SubmissionFile
from etude.permissions import Permission, requires
from etude.storage import open_storage
from etude.web.request import settings
from etude.web.submission_access import load_readable
from etude.web.submitted_files import can_be_viewed, show_file, shown_as
from etude.web.submitted_text import read_lines

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.models import Submission

blueprint = Blueprint("files", __name__, template_folder="templates")

LOCKED_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PDF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'; form-action 'none'"
)
"""Without `sandbox`, in which Chromium's viewer shows an error page; viewers keep a PDF's scripts apart."""
DOWNLOAD_TYPE = "application/octet-stream"


@blueprint.get("/submissions/<int:submission_id>/files/<int:file_id>")
@requires(Permission.COURSE_VIEW)
def download(submission_id: int, file_id: int) -> ResponseReturnValue:
    """Download a file under its name."""
    _, file = _find(submission_id, file_id)
    return _send(file, DOWNLOAD_TYPE, is_inline=False)


@blueprint.get("/submissions/<int:submission_id>/files/<int:file_id>/content")
@requires(Permission.COURSE_VIEW)
def content(submission_id: int, file_id: int) -> ResponseReturnValue:
    """Answer with the bytes of a picture or PDF, for the browser to show; nothing else is ever shown from its bytes."""
    _, file = _find(submission_id, file_id)
    if shown_as(file.content_type) not in {"image", "pdf"}:
        raise NotFound
    return _send(file, file.content_type, is_inline=True)


@blueprint.get("/submissions/<int:submission_id>/files/<int:file_id>/view")
@requires(Permission.COURSE_VIEW)
def view(submission_id: int, file_id: int) -> ResponseReturnValue:
    """Look at a file: text with the numbers of its lines, a picture; a PDF in the browser's own viewer."""
    submission, file = _find(submission_id, file_id)
    if not can_be_viewed(file.content_type, file.size_bytes):
        raise NotFound
    way = shown_as(file.content_type)
    if way == "pdf":
        return redirect(url_for(".content", submission_id=submission_id, file_id=file_id))
    lines = []
    if way == "text":
        with open_storage(settings()).open(file.stored.sha256) as opened:
            lines = read_lines(opened)
    values = {"file": show_file(submission_id, file), "lines": lines, "title": _title(submission)}
    return render_template("files/view.html", submission=submission, back_url=_back_url(submission_id), **values)


def _title(submission: Submission) -> str:
    return submission.assignment.activity.title(submission.assignment.course.locale)


def _find(submission_id: int, file_id: int) -> tuple[Submission, SubmissionFile]:
    """Return a file of a submission that this person may read.

    Raises:
        NotFound: there is no such file for this person.
    """
    submission = load_readable(submission_id)
    file = SubmissionFile.get_in_submission(db.session, submission.id, file_id)
    if file is None:
        raise NotFound
    return submission, file


def _send(file: SubmissionFile, content_type: str, *, is_inline: bool) -> Response:
    """Stream a file's bytes; the descriptor is closed with the response."""
    opened = open_storage(settings()).open(file.stored.sha256)
    response = current_app.response_class(
        wrap_file(request.environ, opened), mimetype=content_type, direct_passthrough=True
    )
    response.content_length = file.size_bytes
    response.headers["Content-Disposition"] = content_disposition(file.name, is_inline=is_inline)
    response.headers["Content-Security-Policy"] = PDF_POLICY if content_type == "application/pdf" else LOCKED_POLICY
    response.headers["Cache-Control"] = PRIVATE
    return response


def _back_url(submission_id: int) -> str:
    return url_for("activities.show_submission", submission_id=submission_id)
