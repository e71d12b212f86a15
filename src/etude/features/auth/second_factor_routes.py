"""The second factor of staff: setting it up with a QR code, recovery codes, taking it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from etude.core import clock
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.auth import account_services, limits
from etude.features.auth.account_services import Check
from etude.features.auth.forms import EnableSecondFactorForm, PresentPasswordForm
from etude.features.auth.refusals import show_check
from etude.models import RecoveryCode
from etude.models.user import totp
from etude.permissions import Permission, requires
from etude.web import qr
from etude.web.entering import visitor
from etude.web.i18n import school_values

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("second_factor", __name__, url_prefix="/auth/second-factor", template_folder="templates")
limits.guard(blueprint)
SETUP_LIFETIME_S = 1800


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"second-factor-{current_user.id}")


def _read_setup(signed: str) -> str:
    """Return the secret that we gave this person to set up; empty when it is not ours, not theirs, or too old."""
    try:
        return str(_signer().loads(signed, max_age=SETUP_LIFETIME_S))
    except BadData:
        return ""


def _only_staff() -> None:
    if not current_user.is_staff:
        raise NotFound


def _show_setup(form: EnableSecondFactorForm, secret: str, status: int) -> ResponseReturnValue:
    form.setup.data = _signer().dumps(secret)
    address = totp.address(secret, current_user.login, school_values().get("name", ""))
    groups = [secret[i : i + 4] for i in range(0, len(secret), 4)]
    picture = qr.picture(address)
    return render_template("auth/second_factor_setup.html", form=form, picture=picture, groups=groups), status


@blueprint.get("")
@requires(Permission.ACCOUNT_SELF)
def show() -> ResponseReturnValue:
    """Show whether codes are asked for, and what can be done about it."""
    _only_staff()
    codes_left = RecoveryCode.count_unused(db.session, current_user.id) if current_user.has_second_factor else 0
    return render_template("auth/second_factor.html", codes_left=codes_left)


@blueprint.route("/enable", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def enable() -> ResponseReturnValue:
    """Show the QR code, and ask for a code as the proof that the app has read it. Recovery codes are shown once."""
    _only_staff()
    if current_user.has_second_factor:
        return redirect(url_for(".show"))
    form = EnableSecondFactorForm()
    secret = _read_setup(form.setup.data or "") or totp.make_secret()
    if not form.validate_on_submit():
        return _show_setup(form, secret, 422 if form.is_submitted() else 200)
    codes = account_services.enable_second_factor(g.user_session.id, secret, form.code.data, at=clock.now())
    if not codes:
        form.code.errors = [_("This code does not fit. Check the clock of the phone, and type the code it shows now.")]
        return _show_setup(form, secret, 422)
    return render_template("auth/recovery_codes.html", codes=codes)


@blueprint.route("/codes", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes; the old ones stop working."""
    _only_staff()
    form = PresentPasswordForm()
    title, label = _("New recovery codes"), _("Make new codes")
    if not form.validate_on_submit():
        return _ask_password(form, title, label)
    checked, codes = account_services.renew_recovery_codes(
        current_user.id, form.present.data, visitor=visitor(), at=clock.now()
    )
    if checked is not Check.RIGHT:
        show_check(form, checked)
        return _ask_password(form, title, label)
    return render_template("auth/recovery_codes.html", codes=codes)


@blueprint.route("/remove", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def remove() -> ResponseReturnValue:
    """Ask for no codes any more."""
    _only_staff()
    form = PresentPasswordForm()
    title, label = _("Remove the second factor"), _("Remove it")
    if not form.validate_on_submit():
        return _ask_password(form, title, label)
    checked = account_services.remove_second_factor(
        current_user.id, form.present.data, visitor=visitor(), at=clock.now()
    )
    if checked is not Check.RIGHT:
        show_check(form, checked)
        return _ask_password(form, title, label)
    flash(_("No code is asked for any more. The password alone opens your account."), "warning")
    return redirect(url_for(".show"))


def _ask_password(form: PresentPasswordForm, title: str, label: str) -> ResponseReturnValue:
    status = 422 if form.is_submitted() else 200
    return render_template("auth/present_password.html", form=form, heading=title, label=label), status
