"""What the holder of the terminals is asked about a demonstration, and where the pages ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from etude.consoles import client
from etude.core.errors import Gone
from etude.core.errors import _ as mark
from etude.extensions import db
from etude.web.request import settings

if TYPE_CHECKING:
    from etude.models import ConsoleDemo

OVER = mark("This demonstration is over.")


def ask(demo: ConsoleDemo, document: dict[str, Any]) -> dict[str, Any]:
    """Pass something on to the holder; no connection to the database is held meanwhile.

    Raises:
        Gone: it is not there any more.
    """
    key = demo.key
    db.session.close()
    try:
        return client.ask(settings().consoles, {**document, "key": key})
    except (client.HolderAway, client.Refused) as error:
        raise Gone(OVER) from error


def close(key: str) -> int:
    """End what is shown under a key; return how many pages looked on at the same time, at most."""
    try:
        return int(client.ask(settings().consoles, {"do": "close", "key": key}).get("most_followers", 0))
    except (client.HolderAway, client.Refused):
        return 0


def for_followers(document: dict[str, Any]) -> dict[str, Any]:
    """Return what whoever looks on is sent: nothing but what is shown, how it stands, and at which pace."""
    return {name: document[name] for name in ("output", "is_whole", "place", "state", "notices") if name in document}


def follower_addresses(demo_id: int) -> dict[str, str]:
    """Return where a page that looks on asks for what."""
    place: dict[str, Any] = {"demo_id": demo_id}
    return {
        "events": url_for("demos.follow_demo", **place),
        "ticket": url_for("demos.give_ticket", **place),
        "socket": url_for("demos.follow_by_socket", **place),
        "now": url_for("demos.show_screen", **place),
        "program": url_for("demos.show_program", **place),
    }
