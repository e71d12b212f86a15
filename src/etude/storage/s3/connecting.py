"""How a bucket is reached: whose settings say so, the library's client, and a way to it that is never in the clear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from etude.config import ConfigError
from etude.core.errors import _
from etude.storage.s3.reading import Place

if TYPE_CHECKING:
    from pathlib import Path

CONNECT_S, READ_S, TRIES = 3, 20, 2
CONNECTIONS = 32
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LIBRARY_MISSING = _("%(chosen)s needs one more library: pip install 'etude[s3]'")
LACKING = _("%(chosen)s is set, but %(name)s is not set.")
IN_THE_CLEAR = _(
    "%(name)s would send students’ files to %(host)s in the clear. Use https://, or, if the way to it is your own, say "
    "so: %(plain_name)s=%(host)s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A bucket and who may use it, as settings say it.

    `chosen` is the setting that asks for it and `prefix` how the names of the others begin: sentences name them.
    """

    chosen: str
    prefix: str
    bucket: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    ca: Path | None
    plain_host: str

    @property
    def address(self) -> str:
        """The address of the store: the one that was set, or Amazon's of the region."""
        return self.endpoint or f"https://s3.{self.region}.amazonaws.com"


def connect(access: Access, scratch: Path) -> Place:
    """Return a bucket that can be asked; nothing is asked yet. Certificates are always checked.

    Raises:
        ConfigError: a setting or the library lacks, or files would go to another machine in the clear.
    """
    for name in ("bucket", "access_key", "secret_key"):
        if not getattr(access, name):
            raise ConfigError(LACKING, chosen=access.chosen, name=access.prefix + name.upper())
    _check_endpoint(access)
    try:
        import boto3  # noqa: PLC0415  an extra that most schools do not install
    except ImportError as error:
        raise ConfigError(LIBRARY_MISSING, chosen=access.chosen) from error
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=access.address,
        region_name=access.region,
        aws_access_key_id=access.access_key,
        aws_secret_access_key=access.secret_key,
        verify=str(access.ca) if access.ca else True,
        config=_options(access),
    )
    return Place(client, access.bucket, scratch)


def _options(access: Access) -> Any:  # noqa: ANN401  the library's own type is not there without the extra
    from botocore.config import Config as ClientConfig  # noqa: PLC0415  part of the same extra

    return ClientConfig(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=CONNECTIONS,
        # Stores of others know neither the newer checksums nor hosts named after buckets.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if access.endpoint else "virtual", "payload_signing_enabled": True},
        ignore_configured_endpoint_urls=True,
    )


def _check_endpoint(access: Access) -> None:
    """Refuse to send files in the clear to another machine, unless it was named for that."""
    parts = urlsplit(access.endpoint)
    host = parts.hostname or ""
    if parts.scheme == "http" and host not in LOOPBACK and host != access.plain_host.lower():
        names = {"name": access.prefix + "ENDPOINT", "plain_name": access.prefix + "PLAIN_HOST"}
        raise ConfigError(IN_THE_CLEAR, host=host, **names)
