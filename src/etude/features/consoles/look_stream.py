"""The stream of a look: what a student's console shows, while the student is told that somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app
from flask_login import current_user

from etude.consoles import client
from etude.core import clock
from etude.core.errors import Gone
from etude.core.errors import _ as mark
from etude.features.consoles import notices, services
from etude.web.console_streams import stream_console
from etude.web.request import settings
from etude.web.streams import the_hub

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.models.watching.listing import ListedConsole

LOOK_S = 1.0
"""How soon a page that was closed is noticed, and with it the end of the look."""
ENDED = mark("This program has ended.")


def open_look(console: ListedConsole, course_id: int, *, after: int) -> Response:
    """Answer with what a console shows from a place in its output on. The look is noted and told before it begins,
    and again when the stream ends, whoever ends it.

    Raises:
        Gone: the console is not there any more.
        Unavailable: all streams are taken.
    """
    subscription = the_hub().subscribe(f"console:{console.id}")
    try:
        look_id = services.begin_look(console, course_id, by_id=current_user.id, at=clock.now())
    except BaseException:
        subscription.close()
        raise
    end = _ending(look_id, console, course_id)
    holder = settings().consoles
    if not notices.tell(holder, console, clock.now()):
        subscription.close()
        end()
        raise Gone(ENDED)
    news = client.follow(holder, console.key, after=after, wait_s=LOOK_S)
    response = stream_console(subscription, news, _for_watcher, gone={"state": "ended"}, ping_s=0)
    response.call_on_close(end)
    return response


def _ending(look_id: int, console: ListedConsole, course_id: int) -> Callable[[], None]:
    """Return what ends the look, also where no request is any more."""
    app, holder = current_app._get_current_object(), settings().consoles  # type: ignore[attr-defined]  # noqa: SLF001

    def end() -> None:
        with app.app_context():
            services.end_look(look_id, console, course_id, at=clock.now())
            notices.tell(holder, console, clock.now())

    return end


def _for_watcher(document: dict[str, Any]) -> dict[str, Any]:
    """Return what whoever looks is sent: what is shown, in which size, and that it ended."""
    if "notices" in document:
        return {"window": document["notices"]["window"]}
    return document if "output" in document else {"state": document["state"]}
