"""What a student's page is told by way of its console: who looks on, which hints wait, why it was stopped.

The holder of the terminals passes it on to whoever follows the console, so it comes the same way as what is printed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from etude.consoles import client
from etude.extensions import db
from etude.models import ConsoleHint, ConsoleLook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from etude.models.watching.listing import ListedConsole

_one_at_a_time = threading.Lock()
"""Else what was read earlier might be told later, and a student would not know of somebody who looks."""


def tell(holder: Path, console: ListedConsole, at: datetime) -> bool:
    """Tell the page of a console how things stand now; False when the console is not there any more."""
    with _one_at_a_time:
        notices = {
            "watchers": list(ConsoleLook.get_watchers(db.session, console.id, at)),
            "hints": [
                {"id": one.id, "sender": one.sender, "text": one.text}
                for one in ConsoleHint.get_open(db.session, console.assignment_id, console.user_id)
            ],
        }
        db.session.rollback()
        return _ask(holder, {"do": "note", "key": console.key, "notices": notices}) is not None


def stop(holder: Path, consoles: Sequence[ListedConsole], name: str, reason: str) -> None:
    """Stop programs; each page says who did it and why."""
    for console in consoles:
        _ask(holder, {"do": "stop", "key": console.key, "why": "staff", "said": {"name": name, "reason": reason}})


def get_states(holder: Path, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what each console is doing: `state` (compiling, running, ended) and `quiet_s`; empty without a holder."""
    answer = _ask(holder, {"do": "states", "keys": list(keys)}) if keys else None
    states: dict[str, dict[str, Any]] = (answer or {}).get("states", {})
    return states


def _ask(holder: Path, document: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return client.ask(holder, document)
    except (client.HolderAway, client.Refused):
        return None
