"""Where a console is asked for what."""

from __future__ import annotations

from typing import Any

from flask import url_for


def addresses(console_id: int) -> dict[str, Any]:
    """Return a console as the page knows it: its number and what it can be asked."""
    place: dict[str, Any] = {"console_id": console_id}
    return {
        "id": console_id,
        "events": url_for("consoles.follow_console", **place),
        "ticket": url_for("console_sockets.give_ticket", **place),
        "socket": url_for("console_sockets.follow_by_socket", **place),
        "now": url_for("console_sockets.show_state", **place),
        "typed": url_for("consoles.type_into_console", **place),
        "window": url_for("consoles.resize_console", **place),
        "stop": url_for("consoles.stop_console", **place),
    }
