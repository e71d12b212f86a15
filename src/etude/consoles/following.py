"""Those who look at a console: whatever happens is sent to each, as fast as it is read and never faster."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from etude.consoles import wire

if TYPE_CHECKING:
    from etude.consoles.scrollback import Scrollback

GATHERED_BYTES, GATHER_S = 1024, 0.05
"""More than this at once is a flood: the next piece is gathered for so long, so that a page gets few large ones."""


class Screen(Protocol):
    """What can be looked at: a console, or a stage. `changes` and `noticed` are others when state and notices are."""

    @property
    def scrollback(self) -> Scrollback:
        """What was shown."""

    @property
    def state(self) -> dict[str, Any]:
        """How the program is."""

    @property
    def changes(self) -> object:
        """What is another when the state is."""

    @property
    def notices(self) -> dict[str, Any]:
        """What a page is told besides."""

    @property
    def noticed(self) -> object:
        """What is another when the notices are."""

    def watch(self) -> asyncio.Event:
        """Return what is set whenever something happens, until `unwatch`."""

    def unwatch(self, event: asyncio.Event) -> None:
        """Look no more."""


class Viewer(Protocol):
    """Where a console is looked at. `left` is done when nobody looks there any more."""

    left: asyncio.Future[Any]

    def show(self, data: bytes, place: int, *, is_whole: bool) -> None:
        """Send what was printed up to a place; not whole: something before it is missing."""

    def tell(self, state: dict[str, Any]) -> None:
        """Send how the program is."""

    def notify(self, notices: dict[str, Any]) -> None:
        """Send what the staff does at this console."""

    async def keep_up(self) -> None:
        """Wait until what was sent is read; what it misses meanwhile is dropped."""


class LineViewer:
    """The web process, which reads documents line by line and passes them on."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.left: asyncio.Future[Any] = asyncio.ensure_future(reader.read())

    def show(self, data: bytes, place: int, *, is_whole: bool) -> None:
        """Send what was printed."""
        self._writer.write(wire.line({"output": wire.pack(data), "is_whole": is_whole, "place": place}))

    def tell(self, state: dict[str, Any]) -> None:
        """Send how the program is."""
        self._writer.write(wire.line(state))

    def notify(self, notices: dict[str, Any]) -> None:
        """Send what the staff does at this console."""
        self._writer.write(wire.line({"notices": notices}))

    async def keep_up(self) -> None:
        """Wait until most of it is sent."""
        await self._writer.drain()


async def follow(session: Screen, place: int, viewer: Viewer) -> None:
    """Send what was printed after a place, then whatever happens, until the end or until nobody looks."""
    news = session.watch()
    try:
        await _send_all(session, place, viewer, news)
    finally:
        viewer.left.cancel()
        session.unwatch(news)


async def _send_all(session: Screen, place: int, viewer: Viewer, news: asyncio.Event) -> None:
    told: object = None
    noticed: object = None
    while not viewer.left.done():
        news.clear()
        state, changes = session.state, session.changes
        data = b""
        if place != session.scrollback.end:
            data, is_whole = session.scrollback.after(place)
            place = session.scrollback.end
            viewer.show(data, place, is_whole=is_whole)
        if noticed != session.noticed:
            noticed = session.noticed
            viewer.notify(session.notices)
        if told != changes:
            told = changes
            viewer.tell(state)
        await viewer.keep_up()
        if state["state"] == "ended" and place == session.scrollback.end:
            return
        if len(data) > GATHERED_BYTES:
            await asyncio.sleep(GATHER_S)
        waiting = asyncio.ensure_future(news.wait())
        await asyncio.wait((waiting, viewer.left), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
