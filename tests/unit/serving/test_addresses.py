from __future__ import annotations

import socket
from contextlib import closing

import pytest

from etude.core.errors import Conflict
from etude.serving import addresses


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine in a school's network, with two names for itself."""
    monkeypatch.setattr(addresses, "_outward_address", lambda: "10.20.30.40")
    monkeypatch.setattr(addresses, "_named_addresses", lambda: ["127.0.1.1", "10.20.30.40", "192.168.1.5"])


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_open_host_is_listed_with_every_address_the_rooms_first(host: str) -> None:
    assert addresses.addresses(host, 8000) == [
        "http://10.20.30.40:8000/",
        "http://192.168.1.5:8000/",
        "http://127.0.0.1:8000/",
    ]


@pytest.mark.parametrize(
    ("host", "link"), [("127.0.0.1", "http://127.0.0.1:80/"), ("::1", "http://[::1]:80/"), ("lab", "http://lab:80/")]
)
def test_one_host_is_one_address(host: str, link: str) -> None:
    assert addresses.addresses(host, 80) == [link]


def test_machine_without_network_is_found_at_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_outward_address", lambda: None)
    monkeypatch.setattr(addresses, "_named_addresses", list)

    assert addresses.addresses("0.0.0.0", 8000) == ["http://127.0.0.1:8000/"]


def test_unknown_network_and_unknown_name_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert addresses.addresses("0.0.0.0", 8000) == ["http://127.0.0.1:8000/"]


def test_address_towards_others_is_asked_of_the_routing_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_arguments: None)

    assert addresses._outward_address() == "0.0.0.0"  # what an unbound socket says of itself


def test_free_port_is_listened_on() -> None:
    with (
        closing(addresses.bind("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), timeout=5) as visitor,
    ):
        assert visitor.getpeername() == listener.getsockname()


def test_port_in_use_is_a_conflict_with_the_way_out() -> None:
    with closing(addresses.bind("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(Conflict, match=rf"Port {port} of 127\.0\.0\.1 cannot be used \(.+\)\. .*--port"):
            addresses.bind("127.0.0.1", port)


def test_qr_code_is_drawn_for_a_terminal() -> None:
    lines = addresses.qr_code("http://10.20.30.40:8000/").splitlines()

    assert len(lines) > 10
    assert len({len(line) for line in lines if line.strip()}) <= 2
