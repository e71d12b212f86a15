from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from dulwich.client import HTTPUnauthorized
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository

from etude.core.git_addresses import GitFault, GitRemote
from etude.core.git_link import open_client, telling

if TYPE_CHECKING:
    from collections.abc import Callable

HTTPS = GitRemote(url="https://forge.example/a.git", secret="s3cr3t")
SSH = GitRemote(url="ssh://git@forge.example/a.git")


def wrapped(inner: Exception) -> Exception:
    """An error of urllib3 as dulwich tells it: the cause is in the arguments of a cause."""
    outer = GitProtocolError("no s3cr3t is said")
    outer.__cause__ = ValueError(inner)
    return outer


@pytest.mark.parametrize(
    ("remote", "make", "said"),
    [
        (HTTPS, lambda: HTTPUnauthorized("Basic", HTTPS.url), "does not let us in"),
        (HTTPS, lambda: GitProtocolError("unexpected http resp 403 for it"), "does not let us in"),
        (HTTPS, NotGitRepository, "has no repository"),
        (SSH, HangupException, "has no repository"),
        (HTTPS, lambda: wrapped(ssl.SSLCertVerificationError("self-signed")), "certificate of forge.example"),
        (HTTPS, lambda: wrapped(TimeoutError("timed out")), "does not answer"),
        (HTTPS, lambda: GitProtocolError("Invalid content-type from server: text/html"), "did not answer as a Git"),
        (HTTPS, lambda: wrapped(GitFault("what was found out before")), "what was found out before"),
    ],
)
def test_each_fault_of_a_server_has_its_sentence(remote: GitRemote, make: Callable[[], Exception], said: str) -> None:
    with pytest.raises(GitFault, match=said), telling(remote):
        raise make()


def test_an_ssh_server_whose_host_key_was_not_given_is_not_spoken_to() -> None:
    client, path = open_client(SSH)

    with pytest.raises(GitFault, match=r"host key of forge\.example must be given"):
        client.get_refs(path.encode())


def test_a_private_address_is_refused_before_a_word_is_said() -> None:
    remote = GitRemote(url="https://127.0.0.1/a.git")
    client, path = open_client(remote)

    with pytest.raises(GitFault, match="ETUDE_GIT_PRIVATE_HOSTS"), telling(remote):
        client.get_refs(path.encode())
