"""How often what may be asked: generous for an address, for a whole class shares one; tight for an account on it.

The limits hang on blueprints, not on views: so they are checked before the form's token and before any session is
looked up, and a flood costs as little as it can (docs/explanation/security-layers.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request
from flask_limiter.util import get_remote_address

from etude.extensions import db, limiter, who_asks
from etude.features.auth.forms import ForgotPasswordForm, SignInForm
from etude.models import KnownDevice
from etude.models.user import fold_login
from etude.models.user.session import digest
from etude.web.request import DEVICE_COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

ANY_PAGE = "600 per minute"


def _place() -> str:
    """Return where a sign-in comes from: the browser, if this account has signed in on it before, else the address.

    A whole class shares one address: whoever floods it with wrong passwords must not lock the others out of the devices
    they use. On such a device the account's count of its own is tighter than any limit here.
    """
    if "sign_in_place" not in g:
        login = SignInForm(meta={"csrf": False}).login.data or ""
        secret = request.cookies.get(DEVICE_COOKIE, "")
        known = KnownDevice.get_for_login(db.session, login, secret) if login and secret else None
        g.sign_in_place = f"device:{known.id}" if known else get_remote_address()
    return str(g.sign_in_place)


def _login_and_place() -> str:
    return f"{digest(fold_login(SignInForm(meta={'csrf': False}).login.data or ''))}@{_place()}"


def _forgotten_login() -> str:
    return digest(fold_login(ForgotPasswordForm(meta={"csrf": False}).login.data or ""))


@dataclass(frozen=True, slots=True)
class Limit:
    """How often these endpoints may be posted to (or asked for at all), counted by what `key` says."""

    endpoints: frozenset[str]
    rate: str
    key: Callable[[], str]
    methods: tuple[str, ...] = ("POST",)

    def is_elsewhere(self) -> bool:
        """Tell whether this request is about something else."""
        return request.endpoint not in self.endpoints


LIMITS = (
    # Thirty students who each mistype three times within a minute are still let in.
    Limit(frozenset({"auth.sign_in"}), "120 per minute", _place),
    # The account's own lock is tighter, and holds from every address.
    Limit(frozenset({"auth.sign_in"}), "15 per minute", _login_and_place),
    Limit(frozenset({"auth.ask_code", "second_factor.enable"}), "20 per minute", who_asks),
    Limit(
        frozenset({"auth.change_password", "second_factor.renew_codes", "second_factor.remove"}),
        "10 per minute",
        who_asks,
    ),
    Limit(frozenset({"auth.create_admin", "links.use_link"}), "60 per minute", get_remote_address, ("GET", "POST")),
    Limit(frozenset({"links.forgot_password"}), "60 per minute", get_remote_address),
    Limit(frozenset({"links.forgot_password"}), "3 per hour", _forgotten_login),
)
"""Every tight limit of this feature."""


def guard(blueprint: Blueprint) -> None:
    """Put the limits on a blueprint, and the one that every page has."""
    limiter.limit(ANY_PAGE, key_func=who_asks)(blueprint)
    for limit in LIMITS:
        if any(endpoint.startswith(blueprint.name + ".") for endpoint in limit.endpoints):
            limiter.limit(limit.rate, key_func=limit.key, methods=list(limit.methods), exempt_when=limit.is_elsewhere)(
                blueprint
            )
