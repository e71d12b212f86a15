"""A folder of another machine over SSH (SFTP), whose host key is known; needs the extra `etude[sftp]`."""

from __future__ import annotations

import hashlib
import shutil
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from etude.config import ConfigError
from etude.core.errors import _
from etude.features.backups.targets import TargetKind
from etude.storage import FileMissing, StorageAway, StorageFull, StorageRefuses, StorageUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from etude.config import Config

TIMEOUT_S = 30
CHUNK = 1 << 20
NO_ROOM = ("space", "quota", "full")
"""SFTP has no number for a full disk; the servers say it in words."""
BAD_ADDRESS = _(
    "ETUDE_BACKUP_TARGET must look like this: sftp://user@host/folder. Its key is the setting ETUDE_BACKUP_SSH_KEY, a "
    "password ETUDE_BACKUP_SECRET_KEY."
)
LIBRARY_MISSING = _("%(chosen)s needs one more library: pip install 'etude[sftp]'")
NO_KEY = _("ETUDE_BACKUP_TARGET is set, but neither ETUDE_BACKUP_SSH_KEY nor ETUDE_BACKUP_SECRET_KEY is.")
NO_HOSTS = _(
    "ETUDE_BACKUP_SSH_HOSTS must name a file with the host’s key, as ssh-keyscan writes it and you have compared it."
)
UNTRUSTED = _(
    "The host key of %(target)s is not the one in ETUDE_BACKUP_SSH_HOSTS: nothing was sent. Ask who looks after that "
    "machine whether its key was changed."
)


class SftpTarget:
    """A folder of a machine that is reached over SSH. A file appears under its name when all of it has arrived."""

    def __init__(self, url: SplitResult, config: Config) -> None:
        self._url, self._config = url, config
        self._folder = url.path.rstrip("/")
        self.address = f"sftp://{url.netloc}{self._folder}"

    def send(self, path: Path, sha256: str) -> None:
        """Send a file, going on behind what had arrived when it was cut off. See `Target.send`."""
        part = f"{self._folder}/.{path.name}.{sha256[:16]}.part"  # goes on behind the same bytes only
        with self._session() as sftp:
            self._make_folders(sftp)
            _append(sftp, path, part, is_pipelined=True)
            if _size_of(sftp, part) < path.stat().st_size:  # what was wrong is told to who waits for each answer
                _append(sftp, path, part, is_pipelined=False)
            with suppress(FileNotFoundError):
                sftp.remove(self._path(path.name))
            sftp.rename(part, self._path(path.name))

    def read_hash(self, name: str) -> str:
        """Read back. See `Target.read_hash`."""
        digest = hashlib.sha256()
        with self._session() as sftp, sftp.open(self._path(name), "rb") as file:
            file.prefetch()
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def list_names(self) -> list[str]:
        """Return what is there. See `Target.list_names`."""
        try:
            with self._session() as sftp:
                entries = sftp.listdir_attr(self._folder)
        except FileMissing:
            return []
        return sorted(str(entry.filename) for entry in entries if stat.S_ISREG(entry.st_mode or 0))

    def delete(self, name: str) -> None:
        """Delete. See `Target.delete`."""
        with suppress(FileMissing), self._session() as sftp:
            sftp.remove(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def _make_folders(self, sftp: Any) -> None:  # noqa: ANN401  the library publishes no types
        parts = self._folder.strip("/").split("/")
        for depth in range(1, len(parts) + 1):
            folder = "/" + "/".join(parts[:depth])
            try:
                sftp.stat(folder)
            except FileNotFoundError:
                sftp.mkdir(folder)

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """Yield the library's session; what it raises becomes ours."""
        import paramiko  # noqa: PLC0415  an extra that most schools do not install

        client = paramiko.SSHClient()  # refuses every host that it does not know
        try:
            client.load_host_keys(str(self._config.backup_ssh_hosts))
            self._connect(client)
            with client.open_sftp() as sftp:
                sftp.get_channel().settimeout(TIMEOUT_S)
                yield sftp
        except FileNotFoundError as error:
            raise FileMissing from error
        except paramiko.AuthenticationException as error:
            raise StorageRefuses from error
        except paramiko.SSHException as error:
            is_stranger = isinstance(error, paramiko.BadHostKeyException) or "known_hosts" in str(error)
            raise (StorageUntrusted if is_stranger else StorageAway) from error
        except (OSError, EOFError) as error:
            raise _kind_of(error) from error
        finally:
            client.close()

    def _connect(self, client: Any) -> None:  # noqa: ANN401
        config, url = self._config, self._url
        client.connect(
            url.hostname,
            port=url.port or 22,
            username=url.username,
            password=config.backup_secret_key or None,
            key_filename=str(config.backup_ssh_key) if config.backup_ssh_key else None,
            allow_agent=False,
            look_for_keys=False,
            timeout=TIMEOUT_S,
            banner_timeout=TIMEOUT_S,
            auth_timeout=TIMEOUT_S,
        )


def _append(sftp: Any, path: Path, part: str, *, is_pipelined: bool) -> None:  # noqa: ANN401
    """Send what lacks of a file; without waiting for the answer to each piece it is many times faster."""
    there = _size_of(sftp, part)
    if there > path.stat().st_size:
        there = 0
    with path.open("rb") as source, sftp.open(part, "ab" if there else "wb") as target:
        source.seek(there)
        target.set_pipelined(is_pipelined)
        shutil.copyfileobj(source, target, CHUNK)


def _size_of(sftp: Any, path: str) -> int:  # noqa: ANN401
    try:
        return int(sftp.stat(path).st_size or 0)
    except FileNotFoundError:
        return 0


def _kind_of(error: Exception) -> type[Exception]:
    """Return what an error of a session means: a full disk and a refusal come with words, a dead line does not."""
    said = str(error).lower()
    if any(word in said for word in NO_ROOM):
        return StorageFull
    is_line = isinstance(error, (ConnectionError, TimeoutError, EOFError)) or "connect" in said or "closed" in said
    is_refusal = isinstance(error, PermissionError) or "failure" in said
    return StorageRefuses if is_refusal and not is_line else StorageAway


def _open(config: Config) -> SftpTarget:
    url = urlsplit(config.backup_target)
    if not url.hostname or not url.username or url.password or not url.path.strip("/") or url.query:
        raise ConfigError(BAD_ADDRESS)
    if not config.backup_ssh_key and not config.backup_secret_key:
        raise ConfigError(NO_KEY)
    if config.backup_ssh_hosts is None:
        raise ConfigError(NO_HOSTS)
    try:
        import paramiko  # noqa: F401, PLC0415
    except ImportError as error:
        raise ConfigError(LIBRARY_MISSING, chosen="ETUDE_BACKUP_TARGET") from error
    return SftpTarget(url, config)


ENTRY = TargetKind(name="sftp", schemes=("sftp",), example="sftp://user@host/folder", untrusted=UNTRUSTED, open=_open)
