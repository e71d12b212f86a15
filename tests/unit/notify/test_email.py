from __future__ import annotations

import smtplib
import socketserver
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etude.config import Config
from etude.notify import Message, NotSent, channels
from etude.notify import email as channel

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE = Message(to="eve@school.example", subject="Élèves : un lien", text="Bonjour Ève,\nvoici.\n")


class Answering(socketserver.StreamRequestHandler):
    """A mail server that knows enough to take one message, or to refuse it as the test says."""

    def handle(self) -> None:
        said, server = self.wfile.write, self.server
        said(b"220 here\r\n")
        is_data = False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if is_data:
                server.lines.append(line)
                if line == ".":
                    is_data = False
                    said(b"250 taken\r\n")
                continue
            verb = line.split(" ")[0].upper()
            server.verbs.append(verb)
            answers = {
                "EHLO": b"250-here\r\n250 8BITMIME\r\n",
                "RCPT": server.rcpt,
                "DATA": b"354 go on\r\n",
                "QUIT": b"221 bye\r\n",
            }
            said(answers.get(verb, b"250 fine\r\n"))
            is_data = verb == "DATA"


@pytest.fixture
def server() -> Iterator[socketserver.TCPServer]:
    server = socketserver.TCPServer(("127.0.0.1", 0), Answering)
    server.lines, server.verbs, server.rcpt = [], [], b"250 fine\r\n"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def config(server: socketserver.TCPServer, user: str = "") -> Config:
    return Config(
        smtp_url=f"smtp://{user}127.0.0.1:{server.server_address[1]}", mail_from="etude@school.example", testing=True
    )


def test_it_is_found_in_the_registry() -> None:
    assert channels.load()["email"] is channel.ENTRY


def test_a_message_arrives_whole(server: socketserver.TCPServer) -> None:
    channel.send(config(server), MESSAGE)

    text = "\n".join(server.lines)
    assert "To: eve@school.example" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "=?utf-8?" in text, "the subject is encoded"


@pytest.mark.parametrize(("answer", "is_final"), [(b"550 nobody\r\n", True), (b"450 later\r\n", False)])
def test_a_refusal_says_whether_to_try_again(answer: bytes, is_final: bool, server: socketserver.TCPServer) -> None:
    server.rcpt = answer

    with pytest.raises(NotSent) as refused:
        channel.send(config(server), MESSAGE)

    assert refused.value.is_final is is_final


def test_a_password_is_never_sent_without_encryption(server: socketserver.TCPServer) -> None:
    with pytest.raises(NotSent, match="no encryption"):
        channel.send(config(server, user="eve:secret@"), MESSAGE)

    assert "AUTH" not in server.verbs


def test_mail_to_another_machine_is_not_sent_without_encryption_unless_it_is_named(
    server: socketserver.TCPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etude.core.transport.is_here", lambda _host: False)

    with pytest.raises(NotSent, match="ETUDE_PLAIN_HOSTS") as refused:
        channel.send(config(server), MESSAGE)
    assert refused.value.is_final
    assert server.lines == []

    channel.send(replace(config(server), plain_hosts="relay.school.example, 127.0.0.1"), MESSAGE)
    assert server.lines


def test_a_server_that_is_not_there_is_tried_again_later(server: socketserver.TCPServer) -> None:
    nowhere = Config(smtp_url="smtp://127.0.0.1:1", mail_from="etude@school.example", testing=True)

    with pytest.raises(NotSent) as refused:
        channel.send(nowhere, MESSAGE)

    assert not refused.value.is_final


@pytest.mark.parametrize("to", ["eve@x.org\nBcc: all@x.org", "no address", ""])
def test_an_address_that_is_none_is_refused_before_anything_is_sent(to: str, server: socketserver.TCPServer) -> None:
    with pytest.raises(NotSent) as refused:
        channel.send(config(server), Message(to=to, subject="x", text="x"))

    assert refused.value.is_final
    assert server.verbs == []


def test_without_settings_nothing_is_ready() -> None:
    assert not channel.is_ready(Config(testing=True))
    with pytest.raises(NotSent):
        channel.send(Config(testing=True), MESSAGE)


def test_waiting_for_the_server_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []

    def fake(*_args: object, timeout: float, **_kwargs: object) -> None:
        waits.append(timeout)
        raise OSError

    monkeypatch.setattr(smtplib, "SMTP_SSL", fake)
    with pytest.raises(NotSent):
        channel.send(Config(smtp_url="smtps://mail.example", mail_from="a@b.org", testing=True), MESSAGE)

    assert waits == [channel.TIMEOUT_S]
