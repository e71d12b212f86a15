"""A school's network, on loopback: a proxy that does not let everything through."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_HEAD_BYTES = 1 << 16
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def is_web_socket(head: bytes) -> bool:
    return b"\r\nupgrade: websocket\r\n" in head.lower()


def is_stream(head: bytes) -> bool:
    return head.startswith(b"GET /events/")


class Proxy:
    """Passes requests on, one a connection, but those that are blocked; keeps their first lines."""

    def __init__(self, port: int, is_blocked: Callable[[bytes], bool]) -> None:
        self._port, self._is_blocked = port, is_blocked
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.passed: list[str] = []
        self.blocked: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and len(head) < MOST_HEAD_BYTES:
                chunk = connection.recv(MOST_HEAD_BYTES)
                if not chunk:
                    return
                head += chunk
            line = head.partition(b"\r\n")[0].decode("latin-1")
            if self._is_blocked(head):
                self.blocked.append(line)
                connection.sendall(REFUSED)
                return
            self.passed.append(line)
            with socket.create_connection(("127.0.0.1", self._port)) as server:
                server.sendall(head if is_web_socket(head) else self._once(head))
                threading.Thread(target=self._pass_on, args=(connection, server), daemon=True).start()
                self._pass_on(server, connection)

    def _once(self, head: bytes) -> bytes:
        """The request, asking the server to close the connection after it: the next one is looked at again."""
        return head.replace(b"\r\nConnection: keep-alive\r\n", b"\r\nConnection: close\r\n", 1)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(MOST_HEAD_BYTES):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextmanager
def blocking(port: int, is_blocked: Callable[[bytes], bool]) -> Iterator[Proxy]:
    """Stand before the server of this port."""
    proxy = Proxy(port, is_blocked)
    try:
        yield proxy
    finally:
        proxy.close()
