"""The settings of one installation: read once from the environment, checked, frozen.

Every setting is documented in docs/reference/settings.md (a test compares the two). A wrong value is refused with one
sentence at the start; it is never guessed at.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MIN_SECRET_CHARS = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SANDBOXES = ("full", "reduced")
LOG_STYLES = ("console", "json")


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


class ConfigError(ValueError):
    """A setting has a value that cannot be used; `sentence` and `values` say so to the person who set it."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an installation is told from outside; everything the school itself decides is in the database."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""
    redis_url: str = ""
    storage: str = "local"
    s3_bucket: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: str = field(default="", repr=False)
    s3_ca: Path | None = None
    s3_plain_host: str = ""
    workers: int = field(default_factory=lambda: max(1, min(8, os.cpu_count() or 1)))
    threads: int = 256
    max_streams: int = 220
    proxies: int = 0
    log_level: str = "INFO"
    log_style: str = "console"
    smtp_url: str = ""
    mail_from: str = ""
    alert_mail: str = ""
    webhook_url: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    plain_hosts: str = ""
    jail_uid: int | None = None
    sandbox: str = "full"
    idle_minutes: int = 60
    retention_days: int = 30
    sign_ins_kept_days: int = 30
    devices_kept_days: int = 400
    audit_kept_days: int = 1095
    marks_kept_days: int = 365
    backups_kept: int = 7
    backups_kept_weeks: int = 0
    backups_kept_months: int = 0
    backup_target: str = ""
    backup_endpoint: str = ""
    backup_region: str = "us-east-1"
    backup_access_key: str = ""
    backup_secret_key: str = field(default="", repr=False)
    backup_ca: Path | None = None
    backup_plain_host: str = ""
    backup_ssh_key: Path | None = None
    backup_ssh_hosts: Path | None = None
    backup_target_kept: int = 0
    backup_recipient: str = ""
    git_private_hosts: str = ""
    git_ca: Path | None = None
    history_remote: str = ""
    history_user: str = ""
    history_token: str = field(default="", repr=False)
    history_ca: Path | None = None
    history_ssh_key: Path | None = None
    history_ssh_hosts: Path | None = None
    testing: bool = False

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database: the one that was set, or SQLite in the data folder."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data / 'etude.db').resolve()}"

    @property
    def uploads(self) -> Path:
        """Where handed-in files are kept, by hash, outside any web root, unless they are kept elsewhere (`storage`)."""
        return self.data / "uploads"

    @property
    def storage_place(self) -> str:
        """Where handed-in files are kept, for people: the folder, or the bucket and its store."""
        if self.storage == "local":
            return str(self.uploads)
        return f"{self.s3_bucket} ({self.s3_endpoint or self.s3_region})"

    @property
    def build_cache(self) -> Path:
        """Where compiled answers are kept, by hash."""
        return self.data / "cache"

    @property
    def content_cache(self) -> Path:
        """Where a worker of another machine keeps the activities that it fetched, by hash."""
        return self.data / "cache" / "contents"

    @property
    def backups(self) -> Path:
        """Where the daily copies are kept."""
        return self.data / "backups"

    @property
    def history_note(self) -> Path:
        """What became of bringing the history of the content to its remote."""
        return self.data / "history.json"

    @property
    def backup_recipient_path(self) -> Path:
        """The public half of the key for backups, unless it is a setting (`backup_recipient`)."""
        return self.data / "backup.recipient"

    @property
    def scratch(self) -> Path:
        """Where files wait while they come in; /tmp is memory on many machines."""
        return self.data / "tmp"

    @property
    def logs(self) -> Path:
        """Where the rotated log files are."""
        return self.data / "logs"

    @property
    def doorbell(self) -> Path:
        """The unix socket by which the worker wakes the web process."""
        return self.data / "run" / "web.sock"

    @property
    def worker_doorbell(self) -> Path:
        """The unix socket by which the web process wakes the worker."""
        return self.data / "run" / "worker.sock"

    @property
    def consoles(self) -> Path:
        """The unix socket of the process that holds the terminals of live consoles."""
        return self.data / "run" / "consoles.sock"

    @property
    def secret_key_path(self) -> Path:
        """The school's key: it signs cookies and seals the secrets of phones; no backup holds it."""
        return self.data / "secret.key"

    def read_secret_keys(self) -> tuple[str, ...]:
        """Return the key that signs cookies and seals the secrets of phones, then those that are still accepted.

        Raises:
            ConfigError: the key was not made yet (`etude serve` makes it) or is too short to be one.
        """
        path = self.secret_key_path
        try:
            keys = tuple(path.read_text(encoding="ascii").split())
        except OSError as error:
            raise ConfigError(
                _("The key %(path)s cannot be read. Start “etude serve” once to make it."), path=path
            ) from error
        if min(map(len, keys), default=0) < MIN_SECRET_CHARS:
            raise ConfigError(
                _("The key %(path)s is too short to be safe. Delete the file: a new one is made at the start."),
                path=path,
            )
        return keys

    def make_secret_key(self) -> bool:
        """Make the key file, readable by its owner only, unless it exists; tell whether it was made.

        O_EXCL settles the race of two processes that start together.
        """
        path = self.secret_key_path
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        return True


def _integer(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not text.lstrip("-").isdigit() or not low <= int(text) <= high:
            sentence = _("%(name)s must be a whole number from %(low)s to %(high)s, not “%(text)s”.")
            raise ConfigError(sentence, name=name, low=low, high=high, text=text)
        return int(text)

    return read


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        for word in allowed:
            if text.lower() == word.lower():
                return word
        sentence = _("%(name)s must be one of these: %(allowed)s. It is “%(text)s”.")
        raise ConfigError(sentence, name=name, allowed=", ".join(allowed), text=text)

    return read


def _text(_name: str, text: str) -> str:
    return text


def _url(*schemes: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if not text.startswith(tuple(scheme + ":" for scheme in schemes)):
            sentence = _("%(name)s must start with one of these: %(schemes)s")
            raise ConfigError(sentence, name=name, schemes=", ".join(f"{scheme}:" for scheme in schemes))
        return text

    return read


def _file(name: str, text: str) -> Path:
    if not Path(text).is_file():
        raise ConfigError(_("%(name)s names a file that cannot be read: %(file)s."), name=name, file=text)
    return Path(text)


_LARGE = 1 << 31

SETTINGS: dict[str, Callable[[str, str], object]] = {
    "data": lambda _name, text: Path(text),
    "host": _text,
    "port": _integer(1, 65535),
    "database_url": _url("sqlite", "postgresql+psycopg"),
    "redis_url": _url("redis", "rediss", "unix"),
    "storage": _text,
    "s3_bucket": _text,
    "s3_endpoint": _url("https", "http"),
    "s3_region": _text,
    "s3_access_key": _text,
    "s3_secret_key": _text,
    "s3_ca": _file,
    "s3_plain_host": _text,
    "workers": _integer(1, 64),
    "threads": _integer(8, 2048),
    "max_streams": _integer(0, 2000),
    "proxies": _integer(0, 8),
    "log_level": _one_of(*LOG_LEVELS),
    "log_style": _one_of(*LOG_STYLES),
    "smtp_url": _url("smtp", "smtps"),
    "mail_from": _text,
    "alert_mail": _text,
    "webhook_url": _url("https", "http"),
    "metrics_token": _text,
    "plain_hosts": _text,
    "jail_uid": _integer(1, _LARGE),
    "sandbox": _one_of(*SANDBOXES),
    "idle_minutes": _integer(5, 1440),
    "retention_days": _integer(1, 3650),
    "sign_ins_kept_days": _integer(1, 3650),
    "devices_kept_days": _integer(1, 3650),
    "audit_kept_days": _integer(365, 36500),
    "marks_kept_days": _integer(0, 36500),
    "backups_kept": _integer(1, 365),
    "backups_kept_weeks": _integer(0, 520),
    "backups_kept_months": _integer(0, 120),
    "backup_target": _text,
    "backup_endpoint": _url("https", "http"),
    "backup_region": _text,
    "backup_access_key": _text,
    "backup_secret_key": _text,
    "backup_ca": _file,
    "backup_plain_host": _text,
    "backup_ssh_key": _file,
    "backup_ssh_hosts": _file,
    "backup_target_kept": _integer(0, 3650),
    "backup_recipient": _text,
    "git_private_hosts": _text,
    "git_ca": _file,
    "history_remote": _url("https", "ssh"),
    "history_user": _text,
    "history_token": _text,
    "history_ca": _file,
    "history_ssh_key": _file,
    "history_ssh_hosts": _file,
}
"""The name of each setting and its reader; in the environment it is called ETUDE_ and the name in capitals."""


def from_environment(environ: Mapping[str, str] | None = None, **given: object) -> Config:
    """Return the settings of this process.

    A value can also be read from a file named by ETUDE_…_FILE, as secrets are handed over by many systems. What is
    `given` (options of the command line; None means not given) wins over the environment.

    Raises:
        ConfigError: a value is malformed or its file cannot be read.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for name, read in SETTINGS.items():
        variable = "ETUDE_" + name.upper()
        text = environ.get(variable, "")
        if file := environ.get(variable + "_FILE", ""):
            try:
                text = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                sentence = _("%(name)s names a file that cannot be read: %(file)s.")
                raise ConfigError(sentence, name=f"{variable}_FILE", file=file) from error
        if text:
            values[name] = read(variable, text)
    values.update({name: value for name, value in given.items() if value is not None})
    return Config(**values)  # type: ignore[arg-type]
