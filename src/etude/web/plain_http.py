"""Signing in over plain http: in a room, on private addresses, and nowhere else.

What passes on the open internet without TLS can be read on the way: passwords, the cookie of a sign-in, answers. So a
request that came from a public address, or for one, by plain http is refused, but for the pages that are everybody's.
A name or an address that `ETUDE_PLAIN_HOSTS` has is taken for a room's: some schools have public addresses inside.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request

from etude.core.errors import NotAllowed, _
from etude.core.transport import may_be_plain
from etude.web.request import settings

if TYPE_CHECKING:
    from flask import Flask

OPEN = frozenset({"pages", "metrics"})
"""Blueprints of what is open to everybody, and holds nothing of anybody."""
NEEDS_HTTPS = _(
    "Signing in over the internet needs https: what is sent here can be read on the way. Open https://%(host)s "
    "instead, or ask who looks after Étude."
)


def guard(app: Flask) -> None:
    """Refuse, on every page that concerns an account, what came over the internet by plain http."""

    @app.before_request
    def _refuse() -> None:
        if request.is_secure or request.blueprint in OPEN or request.blueprint is None:
            return
        host = urlsplit(f"//{request.host}").hostname or ""
        if (is_public(request.remote_addr or "") or is_public(host)) and not may_be_plain(settings(), host):
            raise NotAllowed(NEEDS_HTTPS, host=host)


@lru_cache(maxsize=1024)
def is_public(address: str) -> bool:
    """Tell whether an address is one of the internet; a name is not, nor is what a room or a home hands out."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False
