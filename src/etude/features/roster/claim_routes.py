"""Opening the class for claims: the code for the projector, for how long, a new code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from etude.core import clock
from etude.extensions import db
from etude.features.roster import services
from etude.features.roster.forms import EmptyForm, OpenClaimsForm
from etude.models.course import roster
from etude.permissions import Permission, requires, scope
from etude.web import qr
from etude.web.course_tabs import course_tabs
from etude.web.school_fields import public_address

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("claims", __name__, url_prefix="/courses/<int:course_id>/class-code", template_folder="templates")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_MANAGE)
def show(course_id: int) -> ResponseReturnValue:
    """Show the class code huge, with the address and a QR code; open the class for some minutes."""
    form = OpenClaimsForm()
    if form.validate_on_submit():
        services.open_claims(course_id, form.minutes.data, at=clock.now())
        return redirect(url_for(".show", course_id=course_id))
    course = scope().course
    base = public_address()
    link = base + url_for("join.pick_name", class_code=course.class_code)
    page = render_template(
        "roster/class_code.html",
        course=course,
        tabs=course_tabs(course_id),
        form=form,
        is_open=course.takes_claims(clock.now()),
        count=roster.count_students(db.session, course_id),
        address=base + url_for("join.ask_class_code"),
        picture=qr.picture(link),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/close")
@requires(Permission.ENROLMENT_MANAGE)
def close(course_id: int) -> ResponseReturnValue:
    """Close the class: no name can be claimed any more."""
    if EmptyForm().validate_on_submit():
        services.close_claims(course_id)
    return redirect(url_for(".show", course_id=course_id))


@blueprint.post("/renew")
@requires(Permission.ENROLMENT_MANAGE)
def renew(course_id: int) -> ResponseReturnValue:
    """Make another class code: the old one was seen by somebody who is not in the class."""
    if EmptyForm().validate_on_submit():
        services.renew_class_code(course_id)
        flash(_("The class has a new code. The old one opens nothing any more."), "success")
    return redirect(url_for(".show", course_id=course_id))
