"""The pictures of statements, hints and questions, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.activities.loading import load_work
from etude.models import ActivityVersion, Submission
from etude.permissions import Permission, requires, scope
from etude.web.contents import content_of
from etude.web.pictures import send_picture

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
