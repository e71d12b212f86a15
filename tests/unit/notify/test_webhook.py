from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from etude.config import Config
from etude.notify import Message, NotSent, channels
from etude.notify import webhook as channel

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE = Message(to="", subject="Étude : à voir", text="Le disque est plein.\n")


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://192.0.2.1/")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.got, server.status = [], 204
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def config_for(server: HTTPServer) -> Config:
    return Config(webhook_url=f"http://127.0.0.1:{server.server_port}/hook?key=1")


def test_the_channel_is_found_by_itself_and_off_until_its_address_is_set() -> None:
    entry = channels.load()["webhook"]

    assert not entry.is_ready(Config())
    assert entry.is_ready(Config(webhook_url="https://chat.example/hook"))
    with pytest.raises(NotSent, match="ETUDE_WEBHOOK_URL") as error:
        entry.send(Config(), MESSAGE)
    assert error.value.is_final


def test_message_is_one_post_of_json(server: HTTPServer) -> None:
    channel.send(config_for(server), MESSAGE)

    ((path, kind, body),) = server.got
    assert (path, kind) == ("/hook?key=1", "application/json; charset=utf-8")
    assert body == {"subject": MESSAGE.subject, "text": f"{MESSAGE.subject}\n\n{MESSAGE.text}"}


@pytest.mark.parametrize(("status", "is_final"), [(302, True), (404, True), (429, False), (503, False)])
def test_refusal_is_final_unless_it_may_pass_and_no_redirect_is_followed(
    server: HTTPServer, status: int, is_final: bool
) -> None:
    server.status = status

    with pytest.raises(NotSent, match=str(status)) as error:
        channel.send(config_for(server), MESSAGE)

    assert error.value.is_final is is_final
    assert len(server.got) == 1


def test_certificate_is_checked(server: HTTPServer) -> None:
    address = f"https://127.0.0.1:{server.server_port}/hook"

    with pytest.raises(NotSent, match="SSLError") as error:
        channel.send(Config(webhook_url=address), MESSAGE)

    assert not error.value.is_final


def test_server_that_is_away_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(NotSent, match="could not be reached") as error:
        channel.send(Config(webhook_url=f"http://127.0.0.1:{port}/"), MESSAGE)

    assert not error.value.is_final
