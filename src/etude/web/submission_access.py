"""Who may read a submission: its author, and the course's staff with the right, in their own section."""

from __future__ import annotations

from flask_login import current_user

from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import Enrolment, Submission
from etude.permissions import Permission, scope


def load_readable(submission_id: int) -> Submission:
    """Return a submission that the signed-in person may read, with author, answer, assignment and course loaded.

    The route's guard has found the course; a submission of somebody else needs SUBMISSION_VIEW_OTHERS, which observers
    do not have, and, for those who are bound to a section, an author in it.

    Raises:
        NotFound: there is no such submission for this person.
    """
    found = Submission.get_with_answer(db.session, submission_id)
    if found is None or found.assignment.is_deleted:
        raise NotFound
    if found.user_id != current_user.id and not _is_mine(found):
        raise NotFound
    return found


def _is_mine(submission: Submission) -> bool:
    here = scope()
    if not here.may(Permission.SUBMISSION_VIEW_OTHERS):
        return False
    if here.section_id is None:
        return True
    enrolment = Enrolment.get_for(db.session, here.course.id, submission.user_id)
    return enrolment is not None and enrolment.section_id == here.section_id
