"""The holder's ear: reads what one connection asks for, with the socket that the web process may hand over with it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from typing import Any

from etude.consoles import wire

_CHUNK = 1 << 18


async def read_question(connection: socket.socket) -> tuple[dict[str, Any], socket.socket | None]:
    """Return the one line that a connection begins with, and the socket that came with it.

    Raises:
        ValueError: it is no document, or longer than a line may be.
        OSError: whoever asked has gone.
    """
    loop = asyncio.get_running_loop()
    waiting, handed = bytearray(), -1
    try:
        while not waiting.endswith(b"\n") and len(waiting) <= wire.MAX_LINE_BYTES:
            await _until_readable(loop, connection)
            chunk, descriptors, _, _ = socket.recv_fds(connection, _CHUNK, 1, socket.MSG_CMSG_CLOEXEC)
            for descriptor in descriptors:
                handed = descriptor
            if not chunk:
                break
            waiting += chunk
        document: dict[str, Any] = json.loads(waiting)
    except BaseException:
        if handed >= 0:
            os.close(handed)
        raise
    return document, socket.socket(fileno=handed) if handed >= 0 else None


async def _until_readable(loop: asyncio.AbstractEventLoop, connection: socket.socket) -> None:
    ready = loop.create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(connection, tell)
    try:
        await ready
    finally:
        loop.remove_reader(connection)
