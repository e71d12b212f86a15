"""The web process's side: asks the holder of the terminals, over its socket."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

from etude.consoles import wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWER_S = 15.0
"""The holder answers at once, but for the first to ask, who waits for its start; it is stuck when it does not."""


class HolderAway(Exception):
    """Nobody holds terminals on this machine at the moment."""


class Refused(Exception):
    """The holder said no; `code` says why: `many` (of this person), `full` (of all), `gone`, `typed` (too much),
    `ticket` (none that is valid).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def ask(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    """Ask one thing and return the answer.

    Raises:
        Refused: the holder will not do it.
        HolderAway: there is no holder.
    """
    with closing(_connect(path, document)) as connection:
        for answer in _lines(connection):
            if answer is None:
                break
            return answer
    raise HolderAway


def hand_over(path: Path, document: dict[str, Any], connection: socket.socket) -> None:
    """Give a browser's connection to the holder, which talks with it from then on; ours may be closed, not shut down.

    Raises as `ask` does; then the connection is still ours alone.
    """
    with closing(_connect(path, document, connection.fileno())) as asking:
        if next(_lines(asking), None) is None:
            raise HolderAway


def follow(path: Path, key: str, *, after: int, wait_s: float) -> Iterator[dict[str, Any] | None]:
    """Yield what happens on a console from a place in its output on; None when nothing did for `wait_s` seconds.

    Raises as `ask` does.
    """
    with closing(_connect(path, {"do": "follow", "key": key, "after": after})) as connection:
        connection.settimeout(wait_s)
        yield from _lines(connection)


def _connect(path: Path, document: dict[str, Any], *handed: int) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(ANSWER_S)
        connection.connect(str(path))
        text = wire.line(document)
        sent = socket.send_fds(connection, [text], handed) if handed else 0
        if sent < len(text):
            connection.sendall(text[sent:])
    except OSError as error:
        connection.close()
        raise HolderAway from error
    return connection


def _lines(connection: socket.socket) -> Iterator[dict[str, Any] | None]:
    waiting = b""
    while True:
        try:
            chunk = connection.recv(1 << 16)
        except TimeoutError:
            yield None
            continue
        except OSError as error:
            raise HolderAway from error
        if not chunk:
            return
        *whole, waiting = (waiting + chunk).split(b"\n")
        for text in whole:
            document: dict[str, Any] = json.loads(text)
            if "refused" in document:
                raise Refused(document["refused"])
            yield document
