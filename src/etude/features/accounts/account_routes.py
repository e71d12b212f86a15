"""Accounts of the school: the list, inviting, changing, unlocking, resetting, the bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import EtudeError, NotFound
from etude.extensions import db
from etude.features.accounts import services
from etude.features.accounts.forms import AccountForm, role_label
from etude.models import Erasure, User
from etude.models.user import SchoolRole
from etude.models.user.user import Taken
from etude.permissions import Permission, requires
from etude.web.i18n import choose_locale, translate
from etude.web.request import settings
from etude.web.school_fields import public_address
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from etude.features.accounts.services import Handed

blueprint = Blueprint("accounts", __name__, url_prefix="/school/accounts", template_folder="templates")
PAGE_SIZE = 50


def _address_of(purpose: str) -> Callable[[str], str]:
    """Return what gives a link's address; the admin is signed in, so the host of this request is one to trust."""
    base = public_address()
    return lambda token: base + url_for("links.use_link", purpose=purpose, token=token)


def _page_number(total: int) -> tuple[int, int]:
    page_count = max(1, -(-total // PAGE_SIZE))
    return min(max(1, request.args.get("page", 1, type=int)), page_count), page_count


@blueprint.context_processor
def _tabs() -> dict[str, object]:
    return {"tabs": school_tabs()}


@blueprint.get("")
@requires(Permission.ACCOUNT_MANAGE)
def show_accounts() -> ResponseReturnValue:
    """List the accounts of the school, of one role or of all, by family name."""
    role = request.args.get("role", default=None, type=SchoolRole)
    page, page_count = _page_number(User.count_by_role(db.session, role))
    users = services.list_users(role, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return render_template(
        "accounts/list.html",
        users=users,
        role=role,
        page=page,
        page_count=page_count,
        roles=list(SchoolRole),
        role_label=role_label,
        at=clock.now(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def invite() -> ResponseReturnValue:
    """Make an account and the link by which its person chooses a password."""
    form = AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/invite.html", form=form), 422 if form.is_submitted() else 200
    send = _address_of("invitation") if settings().smtp_url else None
    try:
        handed = services.invite(form.values(), send, at=clock.now())
    except Taken as taken:
        form[taken.field].errors = [translate(taken.sentence)]
        return render_template("accounts/invite.html", form=form), 422
    return _show_handed(handed, "invitation")


def _show_handed(handed: Handed, purpose: str) -> ResponseReturnValue:
    """Show what the admin hands over: once, for it is stored nowhere."""
    link = _address_of(purpose)(handed.token) if handed.token else ""
    return render_template("accounts/handed.html", handed=handed, link=link)


@blueprint.route("/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def show_account(user_id: int) -> ResponseReturnValue:
    """Show and change one account."""
    user = db.session.get(User, user_id, execution_options={"include_deleted": True})
    if user is None:
        raise NotFound
    form = AccountForm(data={**_values_of(user), "school_role": user.school_role.value})
    if not user.is_deleted and form.validate_on_submit():
        try:
            services.update_user(user_id, form.values())
            flash(_("The account is saved."), "success")
            return redirect(url_for(".show_account", user_id=user_id))
        except EtudeError as refusal:
            field = refusal.field if isinstance(refusal, Taken) else "school_role"
            form[field].errors = [translate(refusal.sentence, refusal.values)]
            user = db.session.get_one(User, user_id)
    page = render_template(
        "accounts/show.html",
        form=form,
        user=user,
        is_locked=user.is_locked(clock.now()),
        is_erased=Erasure.get_for(db.session, user_id),
    )
    return page, 422 if form.is_submitted() else 200


def _values_of(user: User) -> dict[str, str]:
    return {name: getattr(user, name) or "" for name in ("given_name", "family_name", "login", "email")}


@blueprint.post("/<int:user_id>/reset")
@requires(Permission.ACCOUNT_MANAGE)
def reset(user_id: int) -> ResponseReturnValue:
    """Give somebody who has forgotten the password a link or three words."""
    user = db.session.get(User, user_id)
    purpose = "invitation" if user is not None and user.password_hash is None else "reset"
    send = _address_of(purpose) if settings().smtp_url else None
    return _show_handed(services.reset_password(user_id, send, choose_locale(), at=clock.now()), purpose)


@blueprint.post("/<int:user_id>/unlock")
@requires(Permission.ACCOUNT_MANAGE)
def unlock(user_id: int) -> ResponseReturnValue:
    """Lift a lock."""
    flash(_("%(name)s can sign in again.", name=services.unlock_user(user_id)), "success")
    return redirect(url_for(".show_account", user_id=user_id))


@blueprint.post("/<int:user_id>/second-factor/remove")
@requires(Permission.ACCOUNT_MANAGE)
def remove_second_factor(user_id: int) -> ResponseReturnValue:
    """Remove the second step of somebody whose phone and codes are gone."""
    name = services.remove_second_factor(user_id)
    flash(_("%(name)s is asked for no code any more.", name=name), "success")
    return redirect(url_for(".show_account", user_id=user_id))


@blueprint.post("/<int:user_id>/delete")
@requires(Permission.ACCOUNT_MANAGE)
def delete(user_id: int) -> ResponseReturnValue:
    """Put an account in the bin."""
    name = services.delete_user(user_id, current_user.id, at=clock.now())
    flash(_("The account of %(name)s is in the bin. It can be restored from there.", name=name), "success")
    return redirect(url_for(".show_accounts"))


@blueprint.get("/bin")
@requires(Permission.ACCOUNT_MANAGE)
def show_bin() -> ResponseReturnValue:
    """List the accounts in the bin, the last deleted first."""
    page = max(1, request.args.get("page", 1, type=int))
    users = User.get_deleted_page(db.session, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
    page_count = page + (len(users) > PAGE_SIZE)
    return render_template("accounts/bin.html", users=users[:PAGE_SIZE], page=page, page_count=page_count)


@blueprint.post("/<int:user_id>/restore")
@requires(Permission.ACCOUNT_MANAGE)
def restore(user_id: int) -> ResponseReturnValue:
    """Take an account out of the bin."""
    flash(_("The account of %(name)s is back.", name=services.restore_user(user_id)), "success")
    return redirect(url_for(".show_account", user_id=user_id))
