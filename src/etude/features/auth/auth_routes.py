"""Signing in and out, the second factor, the first admin, the own password and profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.features.auth import account_services, limits, services
from etude.features.auth.forms import ChangePasswordForm, CodeForm, CreateAdminForm, ProfileForm, SignInForm
from etude.features.auth.refusals import code_sentence, lock_sentence, show_check
from etude.models.user.user import Taken
from etude.permissions import Permission, public, requires
from etude.web import password_fields
from etude.web.entering import enter, safe_target, visitor
from etude.web.i18n import translate
from etude.web.request import SESSION_KEY, is_trustworthy

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("auth", __name__, url_prefix="/auth", template_folder="templates")
limits.guard(blueprint)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for login and password."""
    target = request.args.get("next", "")
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_target(target))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form, refusal=""), 422 if form.is_submitted() else 200
    outcome = services.sign_in(form.login.data, form.password.data, visitor=visitor(), at=clock.now())
    if outcome.signed_in is None:
        sentence = lock_sentence(outcome.locked_until) or _("The user name or the password is wrong.")
        return render_template("auth/sign_in.html", form=form, refusal=sentence), 422
    return enter(outcome.signed_in, target)


@blueprint.post("/sign-out")
@requires(Permission.ACCOUNT_SELF)
def sign_out() -> ResponseReturnValue:
    """End the session on this browser and leave nothing behind."""
    services.sign_out(session.get(SESSION_KEY, ""), at=clock.now())
    session.clear()
    response = redirect(url_for("auth.sign_in"))
    if is_trustworthy():  # elsewhere browsers ignore it and complain; the page itself forgets what it kept
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/code", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def ask_code() -> ResponseReturnValue:
    """Ask for the second factor."""
    target = safe_target(request.args.get("next", ""))
    if not current_user.has_second_factor or g.user_session.second_factor_at is not None:
        return redirect(target)
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("auth/ask_code.html", form=form, refusal=""), 422 if form.is_submitted() else 200
    outcome = services.check_code(g.user_session.id, form.code.data, visitor=visitor(), at=clock.now())
    if outcome.refusal is services.Refusal.LOCKED:
        session.clear()
        flash(lock_sentence(outcome.locked_until), "error")
        return redirect(url_for(".sign_in"))
    if outcome.refusal is not None:
        return render_template("auth/ask_code.html", form=form, refusal=code_sentence(outcome.refusal)), 422
    if outcome.codes_left is not None:
        flash(_("You used a recovery code; %(count)s are left.", count=outcome.codes_left), "warning")
    if outcome.is_phone_unknown:
        flash(_("Set your phone up again: in your profile remove the second step, then set it up anew."), "warning")
    return redirect(target)


@blueprint.route("/first-admin/<token>", methods=["GET", "POST"])
@public
def create_admin(token: str) -> ResponseReturnValue:
    """Let the holder of the one-time link that `etude serve` prints create the admin's account."""
    services.check_admin_link(token, at=clock.now())
    form = CreateAdminForm(data=CreateAdminForm.stored())
    if not form.validate_on_submit():
        return render_template("auth/create_admin.html", form=form), 422 if form.is_submitted() else 200
    try:
        signed_in = services.create_admin(
            token, form.person(), form.values(), visitor=visitor(), at=clock.now()
        )  # fmt: skip
    except Taken as taken:
        form[taken.field].errors = [translate(taken.sentence)]
        return render_template("auth/create_admin.html", form=form), 422
    return enter(signed_in, url_for("pages.home"))


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def change_password() -> ResponseReturnValue:
    """Change the own password; after a one-time password nothing else is open before."""
    is_forced = current_user.must_change_password
    form = ChangePasswordForm(
        asks_present=not is_forced,
        shortest=password_fields.min_chars(current_user),
        words=password_fields.own_words(current_user),
    )
    if not form.validate_on_submit():
        return _password_page(form, is_forced=is_forced)
    present = None if is_forced else form.present.data
    checked, signed_in = account_services.change_password(
        g.user_session.id, present, form.password.data, visitor=visitor(), at=clock.now()
    )
    if signed_in is None:
        show_check(form, checked)
        return _password_page(form, is_forced=is_forced)
    response = enter(signed_in, request.args.get("next") or url_for("pages.home" if is_forced else "auth.profile"))
    flash(_("Your password was changed. Other devices are signed out."), "success")
    return response


def _password_page(form: ChangePasswordForm, *, is_forced: bool) -> ResponseReturnValue:
    page = render_template("auth/change_password.html", form=form, is_forced=is_forced)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/profile", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def profile() -> ResponseReturnValue:
    """Show and change the person's own account."""
    form = ProfileForm(user=current_user)
    if not form.validate_on_submit():
        return render_template("auth/profile.html", form=form), 422 if form.is_submitted() else 200
    account_services.save_profile(current_user.id, form.profile())
    response = redirect(url_for(".profile"))
    flash(_("Your profile is saved."), "success")
    return response
