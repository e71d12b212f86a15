"""The browser's end of a console's WebSocket."""

from __future__ import annotations

import json
import socket
import struct
import time
from contextlib import suppress
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

PATIENCE_S = 15


class Browser:
    """Its own end, and `theirs`, which the web process has accepted."""

    def __init__(self) -> None:
        self.own, self.theirs = socket.socketpair()
        self.own.settimeout(PATIENCE_S)
        self._protocol = ClientProtocol(parse_uri("ws://console/"), subprotocols=[Subprotocol("etude.console")])
        self._request = self._protocol.connect()
        self._protocol.send_request(self._request)
        self._protocol.data_to_send()
        self.shown, self.place, self.losses = b"", 0, 0
        self.state = ""
        self.close_code: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        return dict(self._request.headers.raw_items())

    def head(self) -> str:
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(["GET / HTTP/1.1", *lines, "", ""])

    def send(self, **said: Any) -> None:
        self.send_text(json.dumps(said))

    def send_text(self, text: str) -> None:
        self._protocol.send_text(text.encode())
        self.own.sendall(b"".join(self._protocol.data_to_send()))

    def read(self) -> bool:
        """Take what comes next; False at the end."""
        data = self.own.recv(1 << 16)
        if data:
            self._protocol.receive_data(data)
            with suppress(OSError):  # it has gone
                self.own.sendall(b"".join(self._protocol.data_to_send()))
        assert self._protocol.handshake_exc is None, self._protocol.handshake_exc
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._hear(event)
        self.close_code = self._protocol.close_rcvd and self._protocol.close_rcvd.code
        return bool(data)

    def read_until(self, wanted: bytes) -> None:
        end = time.monotonic() + PATIENCE_S
        while wanted not in self.shown:
            assert self.read(), self.shown
            assert time.monotonic() < end, self.shown

    def read_to_end(self) -> None:
        while self.read():
            continue

    def close(self) -> None:
        self.own.close()
        self.theirs.close()

    def _hear(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            is_whole, self.place = struct.unpack_from(">BQ", frame.data)
            self.losses += not is_whole
            self.shown += bytes(frame.data)[9:]
        elif frame.opcode is Opcode.TEXT:
            self.state = json.loads(bytes(frame.data)).get("state", self.state)
