"""Links that leave this machine: each checks whom it speaks to (TLS), or a setting names the host it may do without.

What a setting would send in the clear is refused at the start, in one sentence. Object stores have settings of their
own (`storage/s3/connecting.py`), by the same rule.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import make_url

from etude.config import ConfigError
from etude.core.errors import Notice, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

    from etude.config import Config

CHECKED = "verify-full"
"""The one `sslmode` of PostgreSQL that checks both the certificate and the name in it."""
AUTHORITIES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),  # Debian, Ubuntu, Arch
    Path("/etc/pki/tls/certs/ca-bundle.crt"),  # Fedora, RHEL
    Path("/etc/ssl/cert.pem"),  # Alpine, BSD
)
IN_THE_CLEAR = _(
    "%(name)s would reach %(host)s without checking whom it speaks to. %(instead)s. If the way to it is your own, say "
    "so: ETUDE_PLAIN_HOSTS=%(host)s"
)
USE_VERIFY_FULL = _("Leave sslmode out of it, or write sslmode=verify-full")
USE_REDISS = _("Use rediss://, and leave ssl_cert_reqs and ssl_check_hostname out of it")
USE_HTTPS = _("Use https://")


def refuse_plain(config: Config) -> None:
    """Refuse settings by which something would leave this machine in the clear, or to nobody knows whom.

    Raises:
        ConfigError: names the setting, the host, and what to write instead.
    """
    for name, host, instead in _plain_links(config):
        if not may_be_plain(config, host):
            raise ConfigError(IN_THE_CLEAR, name=name, host=host, instead=Notice(instead))


def is_here(host: str) -> bool:
    """Tell whether a host is this very machine; an empty one is a socket in a folder."""
    if host in ("", "localhost") or host.endswith(".localhost") or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def may_be_plain(config: Config, host: str) -> bool:
    """Tell whether what is sent to a host may go in the clear: it is this machine, or ETUDE_PLAIN_HOSTS names it."""
    return is_here(host) or host.lower() in config.plain_hosts.lower().replace(",", " ").split()


def database_address(config: Config) -> URL:
    """Return the database's address; PostgreSQL is told in it to check certificates, wherever the host is another."""
    url = make_url(config.database)
    if not url.drivername.startswith("postgresql") or all(may_be_plain(config, host) for host in _hosts(url)):
        return url
    authorities = next((str(path) for path in AUTHORITIES if path.is_file()), "system")
    return url.update_query_dict({"sslmode": CHECKED, "sslrootcert": url.query.get("sslrootcert", authorities)})


def _plain_links(config: Config) -> Iterator[tuple[str, str, str]]:
    """Yield each link that does not check: the setting, the host, what to write instead."""
    database = make_url(config.database)
    if database.drivername.startswith("postgresql") and database.query.get("sslmode", CHECKED) != CHECKED:
        for host in _hosts(database):
            yield "ETUDE_DATABASE_URL", host, USE_VERIFY_FULL
    redis = urlsplit(config.redis_url)
    asked = {name: values[-1].lower() for name, values in parse_qs(redis.query).items()}
    is_checked = asked.get("ssl_cert_reqs", "required") == "required"
    is_checked = is_checked and asked.get("ssl_check_hostname", "true") in ("true", "1", "yes")
    if redis.scheme == "redis" or (redis.scheme == "rediss" and not is_checked):
        yield "ETUDE_REDIS_URL", redis.hostname or "", USE_REDISS
    webhook = urlsplit(config.webhook_url)
    if webhook.scheme == "http":
        yield "ETUDE_WEBHOOK_URL", webhook.hostname or "", USE_HTTPS


def _hosts(url: URL) -> list[str]:
    """Return every host that a database's address names, in any of the places where it may stand."""
    named = [url.host or ""]
    for place in ("host", "hostaddr"):
        given = url.query.get(place, ())
        values = (given,) if isinstance(given, str) else given
        named += [_without_port(host) for value in values for host in value.split(",")]
    return [host for host in named if host] or [""]


def _without_port(host: str) -> str:
    """Return `db.example` of `db.example:5432`; an address of IPv6 has more than one colon."""
    return host.partition(":")[0] if host.count(":") == 1 else host
