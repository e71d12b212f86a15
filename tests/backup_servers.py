"""Servers to which backups are sent in tests: WebDAV over TLS with a private authority, and SSH."""

from __future__ import annotations

import asyncio
import http.server
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncssh

from tests.object_store import make_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "etude", "a password of the target"


class Handler(http.server.BaseHTTPRequestHandler):
    """A folder over WebDAV, as far as backups need it."""

    protocol_version = "HTTP/1.1"
    server: WebDav

    def log_message(self, *_line: object) -> None:
        """Say nothing."""

    def _end(self, status: int, data: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _place(self) -> Path:
        return self.server.folder / self.path.strip("/")

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if len(data) < int(self.headers["Content-Length"]):  # cut off: many a server keeps what had arrived
            self._place().write_bytes(data)
            self.close_connection = True
            return None
        if self.server.answers.get("PUT"):
            return self._end(self.server.answers["PUT"])
        if not self._place().parent.is_dir():
            return self._end(409)
        self._place().write_bytes(data)
        return self._end(201)

    def do_GET(self) -> None:
        if not self._place().is_file():
            return self._end(404)
        data = self._place().read_bytes()
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if self.server.cuts and len(data) > 10:
            self.server.cuts -= 1
            self.close_connection = True
            data = data[: start + (len(data) - start) // 2]
        self.wfile.write(data[start:])
        return None

    def do_MKCOL(self) -> None:
        is_new = not self._place().is_dir()
        self._place().mkdir(exist_ok=True)
        self._end(201 if is_new else 405)

    def do_MOVE(self) -> None:
        if self.server.answers.get("MOVE"):
            return self._end(self.server.answers["MOVE"])
        if not self._place().is_file():
            return self._end(404)
        self._place().replace(self.server.folder / urlsplit(self.headers["Destination"]).path.strip("/"))
        return self._end(201)

    def do_DELETE(self) -> None:
        is_there = self._place().is_file()
        self._place().unlink(missing_ok=True)
        self._end(204 if is_there else 404)

    def do_PROPFIND(self) -> None:
        hrefs = "".join(f"<d:href>{self.path}{one.name}</d:href>" for one in self._place().iterdir())
        self._end(207, f'<d:multistatus xmlns:d="DAV:"><d:href>{self.path}</d:href>{hrefs}</d:multistatus>'.encode())


@dataclass
class WebDav(http.server.ThreadingHTTPServer):
    """A server that runs; `answers` are statuses that it gives instead, `cuts` how often it hangs up half-way."""

    folder: Path
    authority: Path
    answers: dict[str, int] = field(default_factory=dict)
    cuts: int = 0

    def __post_init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"https://localhost:{self.server_port}"


@contextmanager
def webdav(folder: Path) -> Iterator[WebDav]:
    """Run a WebDAV server on a folder, over TLS."""
    (folder / "tls").mkdir(parents=True)
    (folder / "files").mkdir()
    certificate, key = make_certificate(folder / "tls")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = WebDav(folder / "files", certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Ssh:
    """An SSH server that runs: its address, the file that names its host key, and its folder."""

    address: str
    hosts: Path
    folder: Path


class Door(asyncssh.SSHServer):
    """Lets one user in, by a password."""

    def __init__(self, visitors: list[asyncssh.SSHServerConnection]) -> None:
        self._visitors = visitors

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._visitors.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextmanager
def ssh(folder: Path) -> Iterator[Ssh]:
    """Run an SSH server that gives a folder over SFTP."""
    (folder / "files").mkdir(parents=True)
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    visitors: list[asyncssh.SSHServerConnection] = []

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: Door(visitors),
            server_host_keys=[host_key],
            sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=str(folder / "files").encode()),
        )

    async def close() -> None:
        server.close()
        for visitor in visitors:
            visitor.abort()
            await visitor.wait_closed()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    port = server.get_port()
    hosts = folder / "known_hosts"
    hosts.write_text(f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}")
    try:
        yield Ssh(f"sftp://{USER}@127.0.0.1:{port}", hosts, folder / "files")
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Line:
    """A line to a server of this machine, which is cut after so many bytes have gone out, until it is mended."""

    def __init__(self, port: int, cut_after_bytes: int) -> None:
        self._to, self.left_bytes, self.passed_bytes = port, cut_after_bytes, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        self.left_bytes, self.passed_bytes = 1 << 40, 0

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._to)) as far:
            back = threading.Thread(target=self._pass, args=(far, near, False), daemon=True)
            back.start()
            self._pass(near, far, True)
            back.join()

    def _pass(self, source: socket.socket, target: socket.socket, is_out: bool) -> None:
        with suppress(OSError):
            while self.left_bytes > 0 and (data := source.recv(1 << 16)):
                target.sendall(data)
                if is_out:
                    self.left_bytes -= len(data)
                    self.passed_bytes += len(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
