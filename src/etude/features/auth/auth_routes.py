"""Signing in and out, and the first admin."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_login import current_user

from etude.core import clock
from etude.features.auth import services
from etude.features.auth.forms import CreateAdminForm, SignInForm
from etude.permissions import Permission, public, requires
from etude.web.request import DEVICE_COOKIE, SESSION_KEY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("auth", __name__, url_prefix="/auth", template_folder="templates")
DEVICE_SECONDS = 400 * 24 * 3600


def safe_target(target: str) -> str:
    """Return where to go after signing in: a path of this site, or the start page."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("pages.home")
    return target


def _enter(signed_in: services.SignedIn, target: str) -> Response:
    """Answer with a fresh session (rotation) and mark the browser as a device of this account."""
    session.clear()
    session[SESSION_KEY] = signed_in.session_secret
    response = redirect(safe_target(target))
    response.set_cookie(
        DEVICE_COOKIE,
        signed_in.device_secret,
        max_age=DEVICE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
        path="/auth",
    )
    return response


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for login and password."""
    target = request.args.get("next", "")
    if current_user.is_authenticated:
        return redirect(safe_target(target))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form, outcome=None), 422 if form.is_submitted() else 200
    visitor = services.Visitor(request.cookies.get(DEVICE_COOKIE, ""), request.user_agent.string)
    outcome = services.sign_in(form.login.data, form.password.data, visitor=visitor, at=clock.now())
    if outcome.signed_in is None:
        return render_template("auth/sign_in.html", form=form, outcome=outcome), 422
    return _enter(outcome.signed_in, target)


@blueprint.post("/sign-out")
@requires(Permission.ACCOUNT_SELF)
def sign_out() -> ResponseReturnValue:
    """End the session on this browser and leave nothing behind."""
    services.sign_out(session.get(SESSION_KEY, ""), at=clock.now())
    session.clear()
    response = redirect(url_for("pages.home"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/first-admin/<token>", methods=["GET", "POST"])
@public
def create_admin(token: str) -> ResponseReturnValue:
    """Let the holder of the one-time link that `etude serve` prints create the admin's account."""
    services.check_admin_link(token, at=clock.now())
    form = CreateAdminForm()
    if not form.validate_on_submit():
        return render_template("auth/create_admin.html", form=form), 422 if form.is_submitted() else 200
    visitor = services.Visitor("", request.user_agent.string)
    signed_in = services.create_admin(token, form.person(), visitor=visitor, at=clock.now())
    return _enter(signed_in, url_for("pages.home"))


@blueprint.get("/profile")
@requires(Permission.ACCOUNT_SELF)
def profile() -> ResponseReturnValue:
    """Show the person's own account."""
    return render_template("auth/profile.html")
