"""A webhook: one POST of JSON to an address of the school's, over https, for chat rooms and alarm services.

What is sent is `{"subject", "text"}`: most chat rooms show what is under `text`. No redirect is followed, and the
certificate is always checked.
"""

from __future__ import annotations

import http.client
import json
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etude.notify import Channel, Message, NotSent

if TYPE_CHECKING:
    from etude.config import Config

TIMEOUT_S = 15.0
MAX_ANSWER_BYTES = 1 << 16


def is_ready(config: Config) -> bool:
    """Tell whether the installation has a webhook."""
    return bool(config.webhook_url)


def send(config: Config, message: Message) -> None:
    """Post a message to ETUDE_WEBHOOK_URL, which is the only address there is.

    Raises:
        NotSent: it was refused, or the server could not be reached within 15 s.
    """
    if not is_ready(config):
        raise NotSent("ETUDE_WEBHOOK_URL is not set", is_final=True)
    said = {"subject": message.subject, "text": f"{message.subject}\n\n{message.text}"}
    try:
        status = _post(config.webhook_url, json.dumps(said, ensure_ascii=False).encode())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"the server could not be reached: {type(error).__name__}", is_final=False) from error
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        is_final = status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS
        raise NotSent(f"the server answered {status}", is_final=is_final)


def _post(address: str, body: bytes) -> int:
    """Return the status of the answer."""
    url = urlsplit(address)
    host = url.hostname or ""
    if url.scheme == "https":
        context = ssl.create_default_context()
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, url.port, timeout=TIMEOUT_S, context=context
        )
    else:  # loopback, or a host that a setting names: anything else is refused at the start
        line = http.client.HTTPConnection(host, url.port, timeout=TIMEOUT_S)
    try:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        line.request("POST", target, body, {"Content-Type": "application/json; charset=utf-8"})
        answer = line.getresponse()
        answer.read(MAX_ANSWER_BYTES)
    finally:
        line.close()
    return answer.status


ENTRY = Channel(name="webhook", is_ready=is_ready, send=send)
