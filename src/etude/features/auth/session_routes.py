"""The own sign-ins: where they are, and ending them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from etude.core import clock
from etude.features.auth import account_services
from etude.permissions import Permission, requires
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("sessions", __name__, url_prefix="/auth/sessions", template_folder="templates")


@blueprint.get("")
@requires(Permission.ACCOUNT_SELF)
def show() -> ResponseReturnValue:
    """List the browsers that are signed in to this account."""
    idle = timedelta(minutes=settings().idle_minutes)
    sign_ins = account_services.list_sessions(current_user.id, at=clock.now(), idle=idle)
    return render_template("auth/sessions.html", sign_ins=sign_ins, current_id=g.user_session.id)


@blueprint.post("/<int:sign_in_id>/end")
@requires(Permission.ACCOUNT_SELF)
def end(sign_in_id: int) -> ResponseReturnValue:
    """End one sign-in."""
    is_own_browser = sign_in_id == g.user_session.id
    account_services.end_session(current_user.id, sign_in_id, at=clock.now())
    if is_own_browser:
        session.clear()
        return redirect(url_for("auth.sign_in"))
    flash(_("That sign-in has ended."), "success")
    return redirect(url_for(".show"))


@blueprint.post("/end-others")
@requires(Permission.ACCOUNT_SELF)
def end_others() -> ResponseReturnValue:
    """End every sign-in but this one."""
    count = account_services.end_other_sessions(g.user_session.id, at=clock.now())
    flash(ngettext("%(num)d other sign-in has ended.", "%(num)d other sign-ins have ended.", count), "success")
    return redirect(url_for(".show"))
