"""A console by WebSocket: authorised here, then the browser's connection is handed to the process that holds terminals.

No thread of ours is bound by it. Where a network, a proxy or another server does not pass WebSockets on, the page
follows the stream of console_routes instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint
from flask_login import current_user

from etude.extensions import limiter
from etude.features.activities import console_services
from etude.features.activities.console_routes import ask_holder, for_page, own_console
from etude.features.activities.forms import PlainForm
from etude.permissions import Permission, requires
from etude.web.holder_sockets import hand_over
from etude.web.json_errors import json_error
from etude.web.rate_keys import by_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("console_sockets", __name__)
limiter.limit("300 per minute", key_func=by_session)(blueprint)


@blueprint.post("/consoles/<int:console_id>/tickets")
@requires(Permission.SUBMISSION_CREATE)
def give_ticket(console_id: int) -> ResponseReturnValue:
    """Give the page what it must show to open a WebSocket: once, at once, for this person and this console."""
    form = PlainForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return ask_holder(console_id, {"do": "ticket", "user": current_user.id})


@blueprint.get("/consoles/<int:console_id>")
@requires(Permission.SUBMISSION_CREATE)
def show_state(console_id: int) -> ResponseReturnValue:
    """Say how the program is, or how it ended, in the reader's language."""
    console = own_console(console_id)
    return for_page(ask_holder(console_id, {"do": "state"}), console.language)


@blueprint.get("/consoles/<int:console_id>/socket", websocket=True)
@requires(Permission.SUBMISSION_CREATE)
def follow_by_socket(console_id: int) -> ResponseReturnValue:
    """Hand the browser's connection over, once it showed that it comes from our own page and holds a ticket."""
    return hand_over(own_console(console_id).key, lost=console_services.LOST)
