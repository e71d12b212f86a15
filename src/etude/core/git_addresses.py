"""Where a Git server is, and whether we may speak to it: an address of our own network is none of a teacher's business.

What a person types here decides whom this server calls, so names are looked up once, every address that they have is
looked at, and the connection goes to one of those that were looked at: a name that changes its mind changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from etude.core.errors import Unavailable, _

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

TIMEOUT_S = 20
PORTS = {"https": 443, "ssh": 22}
ADDRESS = re.compile(
    r"(https|ssh)://([A-Za-z0-9_][A-Za-z0-9._-]*@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(:[0-9]{1,5})?/[^\s?#\\]{1,400}"
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")

BAD_ADDRESS = _("Type an address such as https://forge.example/school/activities.git or ssh://git@forge.example/a.git.")
PRIVATE = _(
    "%(host)s is an address inside of the school’s own network, which no repository may name. If it is meant, the "
    "administrator names it in ETUDE_GIT_PRIVATE_HOSTS."
)
AWAY = _("%(host)s does not answer. Is the network up, and the address right?")


class GitFault(Unavailable):
    """A Git server could not be spoken to, or said no; the sentence says why (503)."""

    default = _("The Git server could not be reached.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRemote:
    """A repository elsewhere, and what opens it.

    Attributes:
        url: `https://host/path` or `ssh://user@host/path`; no secret is in it.
        user: whom HTTPS is told, with `secret` (a token or a password).
        ssh_key: a private key without a passphrase, as text.
        known_hosts: the host keys that are the right ones, as `ssh-keyscan` writes them.
        authority: a PEM file of the authority that signed the server's certificate; None for the system's.
        private_hosts: the hosts that may have a private or a loopback address; None: all may.
    """

    url: str
    user: str = ""
    secret: str = field(default="", repr=False)
    ssh_key: str = field(default="", repr=False)
    known_hosts: str = ""
    authority: Path | None = None
    private_hosts: Collection[str] | None = ()

    @property
    def parts(self) -> SplitResult:
        """The address in its parts."""
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        """The server's name or address, without brackets."""
        return (self.parts.hostname or "").lower()

    @property
    def port(self) -> int:
        """The server's port."""
        return self.parts.port or PORTS[self.parts.scheme]

    @property
    def is_ssh(self) -> bool:
        """Whether it is reached over SSH; else over HTTPS."""
        return self.parts.scheme == "ssh"


def is_address(url: str) -> bool:
    """Tell whether a text is the address of a repository as we take it: HTTPS or SSH, without a password in it."""
    if not ADDRESS.fullmatch(url) or ".." in url.split("/"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    has_user = parts.username is not None
    return port != 0 and has_user == (parts.scheme == "ssh")


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the internet: not ours, nor one that leads back to this machine."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in NAT64 or found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast


def connect(remote: GitRemote, *, timeout_s: float = TIMEOUT_S) -> socket.socket:
    """Return a connection to a server, to an address that was looked at.

    Raises:
        GitFault: it has an address that may not be called, or does not answer.
    """
    values = {"host": remote.host}
    try:
        found = socket.getaddrinfo(remote.host, remote.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise GitFault(AWAY, **values) from error
    addresses = [str(entry[4][0]) for entry in found]
    may_be_private = remote.private_hosts is None or remote.host in remote.private_hosts
    if not may_be_private and not all(is_public(address) for address in addresses):
        raise GitFault(PRIVATE, **values)
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, remote.port), timeout=timeout_s)
        except OSError:
            continue
    raise GitFault(AWAY, **values)
