"""A folder of a server that speaks WebDAV, over TLS: Nextcloud, nginx, Apache, a NAS. Standard library only."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import ssl
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from etude.config import ConfigError
from etude.core.errors import _
from etude.features.backups.targets import TargetKind
from etude.storage import FileMissing, StorageAway, StorageFull, StorageRefuses, StorageUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from etude.config import Config

TIMEOUT_S = 60
CHUNK = 1 << 20
TRIES = 4
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NO_ROOM = frozenset({413, 507})
NOT_THERE = frozenset({404, 409, 410})
"""409 is what WebDAV says when the folder above lacks (RFC 4918, 9.7.1)."""
HREF = re.compile(rb"<(?:\w+:)?href>([^<]*)</")
MAX_LISTING_BYTES = 8 << 20
BAD_ADDRESS = _(
    "ETUDE_BACKUP_TARGET must look like this: https://host/folder. User and password are settings of their own: "
    "ETUDE_BACKUP_ACCESS_KEY and ETUDE_BACKUP_SECRET_KEY."
)
IN_THE_CLEAR = _(
    "ETUDE_BACKUP_TARGET would send backups to %(host)s in the clear. Use https://, or, if the way to it is your own, "
    "say so: ETUDE_BACKUP_PLAIN_HOST=%(host)s"
)
UNTRUSTED = _(
    "The certificate of %(target)s cannot be verified: nothing was sent. Is ETUDE_BACKUP_CA the right file, and is the "
    "clock right?"
)


class HttpsTarget:
    """A folder of a WebDAV server. A file appears under its name when all of it has arrived."""

    def __init__(self, url: SplitResult, config: Config) -> None:
        self._url = url
        self._folder = url.path.rstrip("/")
        self._headers: dict[str, str] = {}
        if config.backup_access_key:
            pair = f"{config.backup_access_key}:{config.backup_secret_key}".encode()
            self._headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        self._tls = ssl.create_default_context(cafile=str(config.backup_ca) if config.backup_ca else None)
        self.address = f"{url.scheme}://{url.netloc}{self._folder}"

    def send(self, path: Path, sha256: str) -> None:
        """Send a file. See `Target.send`; HTTP knows no way to go on with an upload, so it begins anew."""
        del sha256
        part = f".{path.name}.part"
        try:
            self._put(path, part)
        except FileMissing:  # the folder lacks
            self._make_folders()
            self._put(path, part)
        self._rename(part, path)

    def _put(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            headers = {"Content-Length": str(path.stat().st_size), "Content-Type": "application/octet-stream"}
            with self._asking("PUT", name, headers, file):
                pass

    def _rename(self, part: str, path: Path) -> None:
        """Give what has arrived its name; a server that knows PUT only is sent it once more, under that name."""
        to = f"{self._url.scheme}://{self._url.netloc}{self._folder}/{path.name}"
        try:
            with self._asking("MOVE", part, {"Destination": to, "Overwrite": "T"}):
                pass
        except StorageRefuses:
            self._put(path, path.name)
            self.delete(part)

    def _make_folders(self) -> None:
        parts = self._folder.strip("/").split("/")
        for depth in range(1, len(parts) + 1):
            try:
                with self._asking("MKCOL", "/" + "/".join(parts[:depth]) + "/"):
                    pass
            except StorageRefuses:  # it is there already (405)
                continue

    def read_hash(self, name: str) -> str:
        """Read back. See `Target.read_hash`; goes on from where the connection was cut."""
        digest, at = hashlib.sha256(), 0
        for _try in range(TRIES):
            with self._asking("GET", name, {"Range": f"bytes={at}-"} if at else {}) as answer:
                if at and answer.status != http.client.PARTIAL_CONTENT:
                    digest, at = hashlib.sha256(), 0
                try:
                    while chunk := answer.read(CHUNK):
                        digest.update(chunk)
                        at += len(chunk)
                except http.client.IncompleteRead as cut:
                    digest.update(cut.partial)
                    at += len(cut.partial)
                else:
                    if not answer.length:
                        return digest.hexdigest()
        raise StorageAway

    def list_names(self) -> list[str]:
        """Return what is there. See `Target.list_names`; a server without WebDAV is not asked further."""
        try:
            with self._asking("PROPFIND", self._folder + "/", {"Depth": "1"}) as answer:
                listing = answer.read(MAX_LISTING_BYTES)
        except (StorageRefuses, FileMissing):
            return []
        paths = [urlsplit(unquote(found.decode("utf-8", "replace"))).path for found in HREF.findall(listing)]
        return sorted({path.rpartition("/")[2] for path in paths if not path.endswith("/")})

    def delete(self, name: str) -> None:
        """Delete. See `Target.delete`."""
        try:
            with self._asking("DELETE", name):
                pass
        except FileMissing:
            return

    @contextmanager
    def _asking(
        self, method: str, name: str, headers: dict[str, str] | None = None, body: IO[bytes] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """Ask something and yield a good answer; a path of its own begins with a slash."""
        connection = self._connect()
        path = name if name.startswith("/") else f"{self._folder}/{name}"
        try:
            with suppress(
                BrokenPipeError, ConnectionResetError, ssl.SSLEOFError
            ):  # a full server says so, and hangs up, early
                connection.request(method, path, body=body, headers={**self._headers, **(headers or {})})
            answer = connection.getresponse()
            _check(answer)
            yield answer
        except ssl.SSLCertVerificationError as error:
            raise StorageUntrusted from error
        except (OSError, http.client.HTTPException) as error:
            raise StorageAway from error
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        host = self._url.hostname or ""
        if self._url.scheme == "http":
            return http.client.HTTPConnection(host, self._url.port, timeout=TIMEOUT_S, blocksize=CHUNK)
        return http.client.HTTPSConnection(host, self._url.port, timeout=TIMEOUT_S, blocksize=CHUNK, context=self._tls)


def _check(answer: http.client.HTTPResponse) -> None:
    if answer.status < http.client.MULTIPLE_CHOICES:
        return
    said = ValueError(f"{answer.status} {answer.reason}")
    if answer.status in NO_ROOM:
        raise StorageFull from said
    raise (FileMissing if answer.status in NOT_THERE else StorageRefuses) from said


def _open(config: Config) -> HttpsTarget:
    url = urlsplit(config.backup_target)
    if not url.hostname or "@" in url.netloc or url.query or url.fragment or not url.path.strip("/"):
        raise ConfigError(BAD_ADDRESS)
    if url.scheme == "http" and url.hostname not in LOOPBACK and url.hostname != config.backup_plain_host.lower():
        raise ConfigError(IN_THE_CLEAR, host=url.hostname)
    return HttpsTarget(url, config)


ENTRY = TargetKind(
    name="https", schemes=("https", "http"), example="https://host/folder", untrusted=UNTRUSTED, open=_open
)
