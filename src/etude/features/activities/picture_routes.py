"""Pictures for those who may see them: those of statements, hints and questions, and those that programs made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.activities.loading import load_work, sees_all
from etude.features.activities.visibility import sees_pictures
from etude.models import ActivityVersion, Submission, TestOutcome, TestPicture
from etude.permissions import Permission, requires, scope
from etude.web.contents import content_of
from etude.web.pictures import send_made_picture, send_picture
from etude.web.submission_access import load_readable

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.features.activities.loading import Work

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/assignments/<int:assignment_id>/pictures/<int:version_id>/<path:name>")
@requires(Permission.COURSE_VIEW)
def show(assignment_id: int, version_id: int, name: str) -> ResponseReturnValue:
    """Answer with a picture of the activity, as the version says that is worked on or that was answered."""
    work = load_work(assignment_id)
    if work.is_hidden or not _may_see(work, version_id):
        raise NotFound
    return send_picture(content_of(db.session, version_id), name)


def _may_see(work: Work, version_id: int) -> bool:
    """Tell whether this person meets a version of the activity: the latest, one that was answered; staff any."""
    if version_id == work.version_id:
        return True
    if scope().is_staff:
        version = db.session.get(ActivityVersion, version_id)
        return version is not None and version.activity_id == work.assignment.activity_id
    return Submission.has_answered(db.session, work.assignment.id, work.user_id, version_id)


@blueprint.get("/submissions/<int:submission_id>/pictures/<int:picture_id>")
@requires(Permission.COURSE_VIEW)
def show_made(submission_id: int, picture_id: int) -> ResponseReturnValue:
    """Answer with a picture that a student's program made in a test, as far as this person sees that test."""
    submission = load_readable(submission_id)
    picture = TestPicture.get_in_submission(db.session, submission.id, picture_id)
    outcome = TestOutcome.get_at(db.session, submission.id, picture.position) if picture else None
    if picture is None or outcome is None or not sees_pictures(outcome, is_staff=sees_all(submission)):
        raise NotFound
    return send_made_picture(picture.data, picture.content_type)
