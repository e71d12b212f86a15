"""A person's data: the archive for the person, the teacher's part, the admin's whole; and the erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.features.privacy import services
from etude.permissions import Permission, requires
from etude.web.request import settings
from etude.web.templating import show_date

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("privacy", __name__, template_folder="templates")


def _send(user_id: int, course_id: int | None = None) -> ResponseReturnValue:
    archive = services.export_person(settings(), user_id, course_id=course_id)
    name = f"data-{user_id}-{clock.now():%Y-%m-%d}.zip"
    return send_file(archive, as_attachment=True, download_name=name, mimetype="application/zip", conditional=False)


@blueprint.get("/auth/data.zip")
@requires(Permission.ACCOUNT_SELF)
def export_own() -> ResponseReturnValue:
    """Hand out what is stored of oneself."""
    return _send(current_user.id)


@blueprint.get("/courses/<int:course_id>/students/<int:user_id>/data.zip")
@requires(Permission.ENROLMENT_MANAGE)
def export_in_course(course_id: int, user_id: int) -> ResponseReturnValue:
    """Hand out what is stored of somebody in a course."""
    return _send(user_id, course_id)


@blueprint.get("/school/accounts/<int:user_id>/data.zip")
@requires(Permission.ACCOUNT_MANAGE)
def export(user_id: int) -> ResponseReturnValue:
    """Hand out everything that is stored of a person."""
    return _send(user_id)


@blueprint.post("/school/accounts/<int:user_id>/erase")
@requires(Permission.ACCOUNT_MANAGE)
def erase(user_id: int) -> ResponseReturnValue:
    """Erase a person: no name and no work stays, marks stay for their time."""
    until = services.erase_person(settings(), user_id, at=clock.now())
    flash(_("The person was erased. The marks stay without a name until %(day)s.", day=show_date(until)), "success")
    return redirect(url_for("accounts.show_account", user_id=user_id))
