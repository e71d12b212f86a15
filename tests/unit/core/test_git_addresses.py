from __future__ import annotations

import socket
from typing import Any

import pytest

from etude.core import git_addresses
from etude.core.git_addresses import GitFault, GitRemote, connect, is_address, is_public


@pytest.mark.parametrize(
    "url",
    [
        "https://forge.example/school/a.git",
        "https://forge.example:8443/a",
        "ssh://git@forge.example/a.git",
        "ssh://git@[2001:db8::1]:2222/a.git",
    ],
)
def test_addresses_over_https_and_ssh_are_taken(url: str) -> None:
    assert is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://forge.example/a.git",
        "git://forge.example/a.git",
        "file:///etc/passwd",
        "/etc/passwd",
        "ext::sh -c id",
        "https://user:secret@forge.example/a.git",
        "https://user@forge.example/a.git",
        "ssh://forge.example/a.git",
        "ssh://-oProxyCommand=id@forge.example/a.git",
        "ssh://git@forge.example/../a.git",
        "https://forge.example",
        "https://forge.example/a.git?x=1",
        "https://forge.example/a.git\n",
        "https://forge.example:0/a.git",
        "https://forge.example:99999/a.git",
        "https://forge.example\\@127.0.0.1/a.git",
    ],
)
def test_anything_else_is_not(url: str) -> None:
    assert not is_address(url)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_of_our_own_network_and_what_leads_back_to_it_are_not(address: str) -> None:
    assert not is_public(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def look_up(_host: str, port: int, **_options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(git_addresses.socket, "getaddrinfo", look_up)


def test_a_name_with_one_private_address_among_others_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.216.34", "127.0.0.1")

    with pytest.raises(GitFault, match="ETUDE_GIT_PRIVATE_HOSTS"):
        connect(GitRemote(url="https://rebound.example/a.git"))


def test_the_address_that_was_looked_at_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.216.34")
    called: list[tuple[str, int]] = []
    monkeypatch.setattr(git_addresses.socket, "create_connection", lambda place, **_options: called.append(place))

    connect(GitRemote(url="https://forge.example/a.git"))

    assert called == [("93.184.216.34", 443)]


def test_a_host_that_a_setting_names_may_be_private_and_one_that_hangs_up_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        port = taken.getsockname()[1]

        with pytest.raises(GitFault, match="does not answer"):
            connect(GitRemote(url=f"https://localhost:{port}/a.git", private_hosts=("localhost",)))


def test_no_secret_is_in_the_words_of_a_remote() -> None:
    remote = GitRemote(url="https://forge.example/a.git", secret="s3cr3t", ssh_key="k3y")

    assert "s3cr3t" not in repr(remote)
    assert "k3y" not in repr(remote)
    assert (remote.host, remote.port, remote.is_ssh) == ("forge.example", 443, False)
