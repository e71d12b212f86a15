"""Forgotten passwords and invitations: one-time links that come by e-mail or from the admin's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for
from flask_login import current_user

from etude.core import clock
from etude.extensions import db
from etude.features.auth import limits, link_services
from etude.features.auth.forms import ForgotPasswordForm
from etude.models import School
from etude.models.user import LinkPurpose
from etude.permissions import public
from etude.web import password_fields
from etude.web.entering import enter, visitor
from etude.web.password_fields import NewPasswordForm
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("links", __name__, url_prefix="/auth", template_folder="templates")
limits.guard(blueprint)
PURPOSES = {"invitation": LinkPurpose.INVITATION, "reset": LinkPurpose.RESET_PASSWORD}


def _mail_address() -> str:
    """Return the school's address for links in e-mails; empty when none can be sent.

    Never the host that this request names: whoever asks for somebody's link could have it lead to a site of theirs.
    """
    school = School.get(db.session)
    return school.address if school and settings().smtp_url else ""


@blueprint.route("/forgot", methods=["GET", "POST"])
@public
def forgot_password() -> ResponseReturnValue:
    """Send a link to choose a new password, and say the same whether there is such an account or not."""
    base = _mail_address()
    form = ForgotPasswordForm()
    if not base or not form.validate_on_submit():
        status = 422 if base and form.is_submitted() else 200
        return render_template("auth/forgot_password.html", form=form, can_send=bool(base)), status
    link_services.send_reset_link(
        form.login.data, lambda token: base + url_for(".use_link", purpose="reset", token=token), at=clock.now()
    )
    return render_template("auth/forgot_password_sent.html")


@blueprint.route("/<any(invitation, reset):purpose>/<token>", methods=["GET", "POST"])
@public
def use_link(purpose: str, token: str) -> ResponseReturnValue:
    """Let the holder of a link choose a password."""
    kind = PURPOSES[purpose]
    person = link_services.find_person(kind, token, at=clock.now())
    form = NewPasswordForm(
        shortest=password_fields.min_chars(person), words=password_fields.own_words(person)
    )  # fmt: skip
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(
            "auth/choose_password.html", form=form, person=person, signed_in=_signed_in(person.id)
        ), status
    signed_in = link_services.choose_password(kind, token, form.password.data, visitor=visitor(), at=clock.now())
    return enter(signed_in, url_for("pages.home"))


def _signed_in(person_id: int) -> str:
    """Return the name of who is signed in here, when it is somebody else than whom the link is for."""
    is_other = current_user.is_authenticated and current_user.id != person_id
    return current_user.name if is_other else ""
