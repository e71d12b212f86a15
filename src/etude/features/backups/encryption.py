"""Backups that only the school's key opens, in the format of age (https://age-encryption.org/v1).

The server keeps the recipient, with which one can only encrypt. The identity, which decrypts, is shown once and is kept
by people; the `age` command reads with it too. Everything is streamed: memory stays flat, whatever the size.
"""

from __future__ import annotations

import io
import os
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from etude.config import ConfigError
from etude.core.errors import Conflict, Refused, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from etude.config import Config

SUFFIX = ".age"
MAGIC = b"age-encryption.org/"
CHUNK = 1 << 20
MAX_IDENTITY_BYTES = 64 << 10
NO_RECIPIENT = _("ETUDE_BACKUP_RECIPIENT must be the public half of a key for backups: it begins with age1.")
NO_IDENTITY = _("%(name)s holds no key for backups: a line of it begins with AGE-SECRET-KEY-1.")
NEEDS_IDENTITY = _("This backup is encrypted. Give the file that holds its key: --identity FILE")
WRONG_IDENTITY = _("This key does not open the backup %(name)s: it was made for another one.")
HAS_KEY = _("Backups are encrypted with a key already. For a new one: --replace. Older backups need the old key.")


def _age() -> Any:  # noqa: ANN401  the library publishes no types
    """Return the library; it is loaded only where there is a key."""
    import pyrage  # noqa: PLC0415

    return pyrage


def make_identity() -> tuple[str, str]:
    """Return a new key: its identity, which decrypts and is for people to keep, and its recipient."""
    identity = _age().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def find_recipient(config: Config) -> str:
    """Return for whom backups are encrypted, "" where no key was made.

    Raises:
        ConfigError: what is set is no recipient.
    """
    text = config.backup_recipient
    if not text and config.backup_recipient_path.exists():
        text = config.backup_recipient_path.read_text(encoding="ascii").strip()
    if text:
        try:
            _age().x25519.Recipient.from_str(text)
        except _age().RecipientError as error:
            raise ConfigError(NO_RECIPIENT) from error
    return text


def make_key(config: Config, *, replace: bool = False) -> str:
    """Make the school's key, keep its recipient in the data folder, and return the identity, which is kept nowhere.

    Raises:
        Conflict: there is one already.
    """
    if find_recipient(config) and not replace:
        raise Conflict(HAS_KEY)
    identity, recipient = make_identity()
    keep_recipient(config, recipient)
    return identity


def keep_recipient(config: Config, recipient: str) -> None:
    """Encrypt the backups of this data folder for a recipient from now on."""
    waiting = config.backup_recipient_path.with_suffix(".new")
    waiting.write_text(recipient + "\n", encoding="ascii")
    waiting.replace(config.backup_recipient_path)


def read_identities(path: Path) -> list[str]:
    """Return the identities in a file: one to a line, comments begin with #, as `age-keygen` writes it.

    Raises:
        Refused: there is none.
    """
    with path.open("rb") as file:
        lines = file.read(MAX_IDENTITY_BYTES).decode("utf-8", "replace").splitlines()
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        for text in found:
            _age().x25519.Identity.from_str(text)
    except _age().IdentityError as error:
        raise Refused(NO_IDENTITY, name=path.name) from error
    if not found:
        raise Refused(NO_IDENTITY, name=path.name)
    return found


class _Heard(io.RawIOBase):
    """A file in front of another: the library turns every error into its own words; here the first one is kept."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any writable buffer
        try:
            data = self._file.read(len(buffer))
        except Exception as error:
            self.error = error
            raise
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        try:
            self._file.write(data)
        except Exception as error:
            self.error = error
            raise
        return len(data)


def encrypt(source: IO[bytes], target: IO[bytes], recipients: Sequence[str]) -> None:
    """Encrypt all that can be read, for everybody of `recipients`; what reading or writing raises is raised."""
    read, written = _Heard(source), _Heard(target)
    try:
        _age().encrypt_io(
            io.BufferedReader(read, CHUNK), written, [_age().x25519.Recipient.from_str(one) for one in recipients]
        )
    except (_age().EncryptError, OSError) as error:
        raise (read.error or written.error or error) from error


def is_encrypted(file: BinaryIO) -> bool:
    """Tell whether a file is encrypted, from its first bytes; it is read from its start afterwards."""
    head = file.read(len(MAGIC))
    file.seek(0)
    return head == MAGIC


@contextmanager
def decrypted(source: BinaryIO, identities: Sequence[str], name: str) -> Iterator[IO[bytes]]:
    """Yield what an encrypted file holds, to be read from its start to its end, or given up on earlier.

    Each piece was authenticated before it is read; that nothing lacks is known at the end only: who needs that reads
    until there is no more.

    Raises:
        Refused: no identity, or none that opens it.
        OSError: it was changed or cut off; raised at the end.
    """
    if not identities:
        raise Refused(NEEDS_IDENTITY)
    known = [_age().x25519.Identity.from_str(text) for text in identities]
    errors: list[Exception] = []
    reading, writing = os.pipe()

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as sink:
                _age().decrypt_io(source, sink, known)
        except Exception as error:  # noqa: BLE001  it is raised where the plaintext is read
            errors.append(error)

    thread = threading.Thread(target=run, name="decrypt")
    thread.start()
    with os.fdopen(reading, "rb") as plain:
        try:
            yield cast("IO[bytes]", plain)
            is_at_end = not plain.read(1)
        except Exception:
            plain.close()
            thread.join()
            _check_opened(errors, name)
            raise
    thread.join()
    _check_opened(errors, name)
    if errors and is_at_end:
        raise errors[0]


def _check_opened(errors: Sequence[Exception], name: str) -> None:
    if errors and isinstance(errors[0], _age().DecryptError):
        raise Refused(WRONG_IDENTITY, name=name) from errors[0]
