"""A console looked at through a WebSocket: the web process has authorised, the browser's own connection is held here.

Sent: what was printed, as binary messages (see `output_message`), and JSON of how the program is. Received, as JSON:
`{"typed": text}`, `{"rows": n, "columns": n}`, and `{"shown": place}` for what the page has put on its screen.
"""

from __future__ import annotations

import asyncio
import json
import struct
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from etude.consoles import wire
from etude.consoles.pace import Pace
from etude.jail import WindowSize

if TYPE_CHECKING:
    from etude.consoles.session import Session

MAX_MESSAGE_BYTES = 64 << 10
MESSAGES_PER_S, MESSAGES_AT_ONCE = 200, 1000
"""More than anybody types: whoever sends more is read no faster."""
UNSHOWN_BYTES = 128 << 10
"""So much is on its way to a page at most; what it misses beyond that is dropped, and the newest sent."""
PING_S = 20.0
"""Proxies end a connection on which nothing passes."""
LONGEST_S = 600.0
"""After this the page connects again: what it may see is checked anew."""
FULL_S = 0.1
"""How often typed text is offered again to a program that does not read."""
CLOSE_S = 2.0
MAX_WINDOW = 500
_CHUNK = 1 << 16


def output_message(data: bytes, place: int, *, is_whole: bool) -> bytes:
    """Return what was printed behind one byte (1: nothing is missing before) and eight of the place after it."""
    return struct.pack(">BQ", is_whole, place) + data


@lru_cache(maxsize=8)
def _output_frame(data: bytes, place: int, *, is_whole: bool) -> bytes:
    """Return a whole frame; of a class that follows together, each is sent the same one."""
    return Frame(Opcode.BINARY, output_message(data, place, is_whole=is_whole)).serialize(mask=False)


class WebSocketViewer:
    """One page at the other end of a WebSocket. `session`: what is typed into; None where one only looks."""

    def __init__(self, session: Session | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._session, self._reader, self._writer = session, reader, writer
        self._protocol = ServerProtocol(subprotocols=[Subprotocol(wire.SUBPROTOCOL)], max_size=MAX_MESSAGE_BYTES)
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(MESSAGES_PER_S, MESSAGES_AT_ONCE, MESSAGES_AT_ONCE, self._loop.time())
        self._sent = self._shown = 0
        self._is_read = asyncio.Event()
        self._ping: asyncio.TimerHandle | None = None
        self.left: asyncio.Future[Any] = self._loop.create_future()

    def open(self, head: bytes, place: int) -> bool:
        """Answer the browser's request, which the web process has read; False when it is none for a WebSocket."""
        self._sent = self._shown = place
        self._protocol.receive_data(head)
        requests = [event for event in self._protocol.events_received() if isinstance(event, Request)]
        if not requests:
            return False
        response = self._protocol.accept(requests[0])
        self._protocol.send_response(response)
        self._flush()
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            return False
        self.left = asyncio.ensure_future(self._listen())
        self._ping = self._loop.call_later(PING_S, self._send_ping)
        return True

    def show(self, data: bytes, place: int, *, is_whole: bool) -> None:
        """Send what was printed."""
        self._sent = place
        if not is_whole:
            self._shown = place - len(data)
        if self._protocol.state is OPEN:
            self._writer.write(_output_frame(data, place, is_whole=is_whole))

    def tell(self, state: dict[str, Any]) -> None:
        """Send how the program is; its sentences are asked for where they can be translated."""
        if self._protocol.state is OPEN:
            self._protocol.send_text(json.dumps({"state": state["state"]}).encode())
            self._flush()

    def notify(self, notices: dict[str, Any]) -> None:
        """Send what the staff does at this console."""
        if self._protocol.state is OPEN:
            self._protocol.send_text(json.dumps({"notices": notices}).encode())
            self._flush()

    async def keep_up(self) -> None:
        """Wait until the page has shown most of it."""
        await self._writer.drain()
        while self._sent - self._shown > UNSHOWN_BYTES and not self.left.done():
            self._is_read.clear()
            waiting = asyncio.ensure_future(self._is_read.wait())
            await asyncio.wait((waiting, self.left), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

    async def close(self, *, is_over: bool) -> None:
        """Say goodbye, for good or until the page connects again; whoever does not read it is left."""
        if self._ping is not None:
            self._ping.cancel()
        self.left.cancel()
        await asyncio.wait((self.left,))
        if self._protocol.state is OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE if is_over else CloseCode.SERVICE_RESTART)
            self._flush()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._writer.drain()
                while self._protocol.close_rcvd is None and (data := await self._reader.read(_CHUNK)):
                    self._protocol.receive_data(data)
                    self._flush()
        except (TimeoutError, OSError):
            return

    async def _listen(self) -> None:
        """Do what the page says until it has gone; what cannot be taken yet is left in the connection."""
        try:
            while data := await self._reader.read(_CHUNK):
                self._protocol.receive_data(data)
                self._flush()
                for event in self._protocol.events_received():
                    if isinstance(event, Frame) and not await self._hear(event):
                        return
        except OSError:
            return

    async def _hear(self, frame: Frame) -> bool:
        """Do what one frame says; False when it was the last."""
        if frame.opcode in {Opcode.PING, Opcode.PONG}:
            return True
        if frame.opcode is not Opcode.TEXT or not frame.fin:
            return False
        await asyncio.sleep(self._pace.take(1, self._loop.time()))
        try:
            return await self._do(json.loads(bytes(frame.data)))
        except (ValueError, KeyError, TypeError, AttributeError):
            return False

    async def _do(self, said: dict[str, Any]) -> bool:
        if "shown" in said:
            self._shown = min(self._sent, max(self._shown, int(said["shown"])))
            self._is_read.set()
        elif self._session is None:
            return False
        elif "typed" in said:
            text = said["typed"].encode("utf-8", "replace")
            while not self._session.type(text):  # noqa: ASYNC110  the program reads when it likes
                await asyncio.sleep(FULL_S)
        else:
            rows, columns = int(said["rows"]), int(said["columns"])
            if not (0 < rows <= MAX_WINDOW and 0 < columns <= MAX_WINDOW):
                return False
            self._session.resize(WindowSize(rows=rows, columns=columns))
        return True

    def _send_ping(self) -> None:
        if self._protocol.state is OPEN:
            self._protocol.send_ping(b"")
            self._flush()
            self._ping = self._loop.call_later(PING_S, self._send_ping)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._writer.write(data)
            elif self._writer.can_write_eof():
                self._writer.write_eof()
