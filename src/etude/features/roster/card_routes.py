"""Cards to print and cut out, with a one-time three-word password each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from etude.core import clock
from etude.extensions import db
from etude.features.roster import services
from etude.features.roster.forms import CardsForm
from etude.models import Section
from etude.models.course import roster
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.school_fields import public_address

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("cards", __name__, url_prefix="/courses/<int:course_id>/cards", template_folder="templates")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_MANAGE)
def make(course_id: int) -> ResponseReturnValue:
    """Choose who gets a card, then show the cards. They are shown once: only their hashes are kept."""
    section_id = request.args.get("section", type=int)
    members = roster.get_all_students(db.session, course_id, section_id=section_id)
    form = CardsForm(members=members)
    course = scope().course
    if not form.validate_on_submit():
        page = render_template(
            "roster/cards_form.html",
            form=form,
            course=course,
            tabs=course_tabs(course_id),
            sections=Section.get_for_course(db.session, course_id),
            section_id=section_id,
        )
        return page, 422 if form.is_submitted() else 200
    cards = services.make_cards(course_id, form.enrolment_ids(), course.locale, at=clock.now())
    address = public_address() + url_for("auth.sign_in")
    return render_template("roster/cards.html", cards=cards, course=course, address=address)
