"""Where the site can be opened: every address of this machine, as links and as a QR code."""

from __future__ import annotations

import io
import ipaddress
import socket

import segno

from etude.core.errors import Conflict, _
from etude.system_errors import reason

EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  what we look for, not what we bind to


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        Conflict: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        sentence = _("Port %(port)s of %(host)s cannot be used (%(reason)s). Choose another one with --port.")
        raise Conflict(sentence, port=port, host=host, reason=reason(error)) from error
    listener.listen(2048)
    return listener


def _outward_address() -> str | None:
    """Return the address that this machine has towards others; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): a UDP connect only asks the routing table
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _named_addresses() -> list[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


def addresses(host: str, port: int) -> list[str]:
    """Return the links by which the site can be opened, the one for the room first."""
    if host not in EVERYWHERE:
        shown = f"[{host}]" if ":" in host else host
        return [f"http://{shown}:{port}/"]
    candidates = [_outward_address(), *_named_addresses()]
    outward = [a for a in candidates if a and not ipaddress.ip_address(a).is_loopback]
    return [f"http://{address}:{port}/" for address in dict.fromkeys([*outward, "127.0.0.1"])]


def qr_code(link: str) -> str:
    """Return a QR code of a link in half blocks, for a terminal."""
    text = io.StringIO()
    segno.make(link, error="l").terminal(text, compact=True)
    return text.getvalue()
