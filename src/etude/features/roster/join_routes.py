"""Joining a class: the code, one's name, a password; open to everybody while the teacher has the class open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user

from etude.core import clock
from etude.core.errors import EtudeError
from etude.extensions import limiter
from etude.features.roster import join_services
from etude.features.roster.forms import ClaimForm, ClassCodeForm
from etude.features.roster.planning import homonym_ids
from etude.permissions import public
from etude.web import password_fields
from etude.web.entering import enter, visitor
from etude.web.i18n import translate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.models import Enrolment

blueprint = Blueprint("join", __name__, url_prefix="/join", template_folder="templates")
# A class of 40 needs about 200 requests from one address; 191 million codes cannot be tried at this pace.
limiter.limit("600 per minute", key_func=get_remote_address)(blueprint)


@blueprint.route("", methods=["GET", "POST"])
@public
def ask_class_code() -> ResponseReturnValue:
    """Ask for the six letters on the board."""
    form = ClassCodeForm()
    if not form.validate_on_submit():
        return render_template("roster/join_code.html", form=form), 422 if form.is_submitted() else 200
    try:
        found = join_services.find_class(form.code.data, at=clock.now())
    except EtudeError as refusal:
        form.code.errors = [translate(refusal.sentence)]
        return render_template("roster/join_code.html", form=form), 422
    return redirect(url_for(".pick_name", class_code=found.course.class_code))


@blueprint.get("/<class_code>")
@public
def pick_name(class_code: str) -> ResponseReturnValue:
    """Show the names that are free."""
    try:
        found = join_services.find_class(class_code, at=clock.now())
    except EtudeError as refusal:
        flash(translate(refusal.sentence), "error")
        return redirect(url_for(".ask_class_code"))
    same = homonym_ids([member.user for member in found.free])
    return render_template("roster/join_names.html", found=found, same=same, signed_in=_signed_in())


@blueprint.route("/<class_code>/name", methods=["GET", "POST"])
@public
def claim(class_code: str) -> ResponseReturnValue:
    """Ask for a password for the name that was picked, and let the student in."""
    try:
        found = join_services.find_class(class_code, at=clock.now())
    except EtudeError as refusal:
        flash(translate(refusal.sentence), "error")
        return redirect(url_for(".ask_class_code"))
    member = found.find(request.args.get("place", type=int))
    if member is None:
        flash(translate(join_services.TAKEN), "error")
        return redirect(url_for(".pick_name", class_code=class_code))
    return _claim(class_code, member)


def _claim(class_code: str, member: Enrolment) -> ResponseReturnValue:
    form = ClaimForm(words=password_fields.own_words(member.user))
    if not form.validate_on_submit():
        page = render_template(
            "roster/join_password.html", form=form, member=member, class_code=class_code, signed_in=_signed_in()
        )
        return page, 422 if form.is_submitted() else 200
    course_url = url_for("courses.show_course", course_id=member.course_id)
    login = member.user.login
    try:
        signed_in = join_services.claim(class_code, member.id, form.password.data, visitor=visitor(), at=clock.now())
    except EtudeError as refusal:
        flash(translate(refusal.sentence), "error")
        return redirect(url_for(".pick_name", class_code=class_code))
    response = enter(signed_in, course_url)
    flash(_("Welcome! Your user name is %(login)s: you need it next time.", login=login), "success")
    return response


def _signed_in() -> str:
    """Return the name of who is signed in on this browser: the one before forgot to sign out."""
    return current_user.name if current_user.is_authenticated else ""
