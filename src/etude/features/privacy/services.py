"""A person's data: the archive of all that is stored of somebody, and the erasure. One function, one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict, NotFound, Refused, _
from etude.extensions import db
from etude.features.privacy import archive
from etude.models import Course, Enrolment, Erasure, User
from etude.storage import open_storage
from etude.web import erasing

if TYPE_CHECKING:
    from datetime import datetime
    from typing import IO

    from etude.config import Config


def export_person(
    config: Config, user_id: int, *, course_id: int | None = None, actor_id: int | None = None
) -> IO[bytes]:
    """Return a zip with what is stored of a person, in a course or in all of the school; the caller closes it.

    Raises:
        NotFound: there is no such account, or not in this course.
    """
    with db.session.begin():
        user = User.get_any_for_update(db.session, user_id)
        course = db.session.get(Course, course_id) if course_id is not None else None
        if user is None or (course_id is not None and Enrolment.get_for(db.session, course_id, user_id) is None):
            raise NotFound
        audit.record(
            db.session,
            AuditTag.ACCOUNT_EXPORTED,
            target=user,
            course_id=course.id if course else None,
            actor_id=actor_id,
        )
    return archive.write(db.session, open_storage(config), config.scratch, user_id, course_id)


def erase_person(config: Config, user_id: int, *, at: datetime) -> datetime:
    """Erase a person: the account goes to the bin without a name, work goes, marks stay until the returned time.

    Raises:
        NotFound: there is no such account.
        Conflict: it was erased already.
        Refused: it is an admin's.
    """
    until = erasing.kept_until(config, at)
    with db.session.begin():
        user = User.get_any_for_update(db.session, user_id)
        if user is None:
            raise NotFound
        if Erasure.get_for(db.session, user_id) is not None:
            raise Conflict(_("This person was erased already."))
        if user.is_admin:
            raise Refused(_("An admin cannot be erased. Give the account another role first."))
        erasing.erase_person(db.session, user, at=at, kept_until=until)
    erasing.write_list(db.session, config)
    return until
