"""A WebSocket of a console: authorised by a route, then the browser's connection is handed to whoever holds terminals.

No thread of ours is bound by it. Where a network, a proxy or another server does not pass WebSockets on, the page
follows a stream instead.
"""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user

from etude.consoles import client, wire
from etude.core.errors import Gone, NotFound
from etude.extensions import db
from etude.web.json_errors import json_error
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

TICKET = "ticket."
"""A ticket is shown as the name of a protocol: addresses stand in logs, this header does not."""
_PASSED_ON = ("Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version")


def hand_over(key: str, *, lost: str) -> ResponseReturnValue:
    """Hand the browser's connection over, once it showed that it comes from our own page and holds a ticket.

    key: what is looked at. lost: the sentence for a thing that is not there any more.

    Raises:
        NotFound: the ticket is none for this.
        Gone: nobody holds it.
    """
    if not is_from_our_page():
        return json_error(_("Only a page of this site may do this."), 403)
    connection = request.environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
        return json_error(_("WebSockets are not available here."), 501)
    user = current_user.id
    db.session.close()
    asked = {"do": "socket", "key": key, "user": user, "ticket": shown_ticket(), "head": _head(), "after": _place()}
    try:
        client.hand_over(settings().consoles, asked, connection)
    except client.Refused as error:
        if error.code == "ticket":
            raise NotFound from error
        raise Gone(lost) from error
    except client.HolderAway as error:
        raise Gone(lost) from error
    return leave_to_holder(connection)


def is_from_our_page() -> bool:
    """Tell whether the page that asks is of this site: browsers say so themselves, and no page can forge it."""
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.host}"


def shown_ticket() -> str:
    """Return the ticket that the page shows; empty without."""
    names = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    return next((name.removeprefix(TICKET) for name in names if name.startswith(TICKET)), "")


def leave_to_holder(connection: socket.socket) -> Response:
    """Let the server write its answer, and close, where nobody is: the browser is answered by the holder.

    The server shuts a connection down when it is done with it, which would end the holder's too: so the number that
    it knows is given another meaning.
    """
    nobody, ours = socket.socketpair()
    os.dup2(ours.fileno(), connection.fileno(), inheritable=False)
    ours.close()
    response = Response(status=101)
    response.call_on_close(nobody.close)
    return response


def _place() -> int:
    return max(0, request.args.get("after", 0, type=int))


def _head() -> str:
    """Return the browser's request as the holder needs it: the handshake, and nothing that is anybody's secret."""
    lines = [f"{name}: {request.headers[name]}" for name in _PASSED_ON if name in request.headers]
    head = ["GET / HTTP/1.1", "Host: console", f"Sec-WebSocket-Protocol: {wire.SUBPROTOCOL}", *lines]
    return "\r\n".join([*head, "", ""])
