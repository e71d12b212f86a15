"""Git servers for tests: over HTTPS with a private authority, and over SSH; dulwich answers, no `git` is needed."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import asyncssh
from dulwich.protocol import ReceivableProtocol
from dulwich.repo import Repo
from dulwich.server import FileSystemBackend, ReceivePackHandler, UploadPackHandler
from dulwich.web import make_wsgi_chain

from tests.object_store import make_certificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

USER, TOKEN = "etude", "a token of the forge"
NAME = "school.git"


class _Folder(FileSystemBackend):
    """The repositories of a folder, by paths that begin with a slash; all are closed at the end."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.opened: list[Any] = []

    def open_repository(self, path: str | bytes) -> Any:
        named = path.decode() if isinstance(path, bytes) else path
        self.opened.append(super().open_repository(named.strip("/'")))
        return self.opened[-1]

    def close(self) -> None:
        for repo in self.opened:
            repo.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_line: object) -> None:
        """Say nothing."""


@dataclass
class GitServer:
    """A server that runs: the address of its repository, its folder, and what a client must know of it."""

    url: str
    folder: Path
    authority: Path | None = None
    known_hosts: str = ""
    ssh_key: str = field(default="", repr=False)
    asked: list[str] = field(default_factory=list)

    def empty(self) -> Path:
        """Begin with an empty bare repository; return its folder."""
        import shutil

        place = self.folder / NAME
        shutil.rmtree(place, ignore_errors=True)
        Repo.init_bare(str(place), mkdir=True).close()
        return place


@contextmanager
def https(folder: Path) -> Iterator[GitServer]:
    """Run a Git server over TLS that wants a token."""
    (folder / "tls").mkdir(parents=True)
    certificate, key = make_certificate(folder / "tls")
    server = GitServer("", folder, certificate)
    backend = _Folder(str(folder))
    inner = make_wsgi_chain(backend)
    right = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        server.asked.append(environ["PATH_INFO"])
        if environ["PATH_INFO"].startswith("/elsewhere"):
            start("302 Found", [("Location", server.url + environ["PATH_INFO"].removeprefix("/elsewhere"))])
            return []
        if environ.get("HTTP_AUTHORIZATION") != right:
            start("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"'), ("Content-Length", "0")])
            return []
        return inner(environ, start)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = WSGIServer(("127.0.0.1", 0), _Quiet)
    listening.set_app(application)
    listening.handle_error = lambda *_given: None  # a client that trusts us not hangs up
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server.url = f"https://localhost:{listening.server_port}/{NAME}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
        backend.close()


class _Door(asyncssh.SSHServer):
    def __init__(self, key: asyncssh.SSHKey, visitors: list[asyncssh.SSHServerConnection]) -> None:
        self._key, self._visitors = key, visitors

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._visitors.append(conn)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._key.convert_to_public()


@contextmanager
def ssh(folder: Path) -> Iterator[GitServer]:
    """Run a Git server over SSH that lets one key in."""
    folder.mkdir(parents=True, exist_ok=True)
    host_key, key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    visitors: list[asyncssh.SSHServerConnection] = []
    backend = _Folder(str(folder))

    async def serve(process: asyncssh.SSHServerProcess[bytes]) -> None:
        command, _space, path = (process.command or "").partition(" ")
        handler = ReceivePackHandler if "receive" in command else UploadPackHandler

        def read(size: int) -> bytes:
            return asyncio.run_coroutine_threadsafe(process.stdin.read(size), loop).result(20)

        def answer() -> None:
            handler(backend, [path], ReceivableProtocol(read, write)).handle()

        def write(data: bytes) -> int:
            loop.call_soon_threadsafe(process.stdout.write, data)
            return len(data)

        with suppress(Exception):
            await loop.run_in_executor(None, answer)
        process.exit(0)

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Door(key, visitors),
            server_host_keys=[host_key],
            process_factory=serve,
            encoding=None,
        )

    async def close() -> None:
        listening.close()
        for visitor in visitors:
            visitor.abort()
            await visitor.wait_closed()
        await listening.wait_closed()

    listening = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    port = listening.get_port()
    try:
        yield GitServer(
            f"ssh://{USER}@127.0.0.1:{port}/{NAME}",
            folder,
            known_hosts=f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}",
            ssh_key=key.export_private_key().decode(),
        )
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        backend.close()
