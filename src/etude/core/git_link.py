"""Speaking with a Git server over HTTPS or SSH. Certificates and host keys are always verified; no command is started.

Loaded only where it is needed: dulwich and urllib3 weigh some megabytes. SSH needs the extra `etude[sftp]` (paramiko).
"""

from __future__ import annotations

import io
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import urllib3
from dulwich.client import GitClient, HTTPUnauthorized, SSHGitClient, SSHVendor, Urllib3HttpGitClient
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository, SendPackError
from dulwich.graph import can_fast_forward
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from etude.core.errors import _
from etude.core.git_addresses import AWAY, TIMEOUT_S, GitFault, GitRemote, connect

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from dulwich.objects import ObjectID
    from dulwich.refs import Ref
    from dulwich.repo import Repo

DEFAULT_USER = "git"
"""Whom HTTPS is told where a token is enough: forges look at the token alone."""
MAX_REASON_CHARS = 200

UNTRUSTED = _(
    "The certificate of %(host)s cannot be verified: nothing was sent, and nothing taken. Is the authority the right "
    "one, and is the clock right?"
)
UNKNOWN_HOST = _(
    "The host key of %(host)s is not the one that is known: nothing was sent, and nothing taken. Ask who looks after "
    "that server whether its key was changed."
)
REFUSED = _("%(host)s does not let us in: is the key or the token right, and may it do this?")
NOT_THERE = _("%(host)s has no repository at this address, or does not show it to us.")
DIVERGED = _(
    "The branch at %(host)s has commits that are not ours. Nothing was overwritten: give us an empty repository."
)
ODD = _("%(host)s did not answer as a Git server does: %(reason)s")
NO_SSH = _("Repositories over SSH need one more library: pip install 'etude[sftp]'")
BAD_KEY = _("The private key cannot be read. It must be whole, and without a passphrase.")
NO_HOSTS = _("The host key of %(host)s must be given, as ssh-keyscan writes it and you have compared it.")


def open_client(remote: GitRemote) -> tuple[GitClient, str]:
    """Return what speaks with a server, and the path of the repository there; nothing is asked yet.

    Raises:
        GitFault: it is an SSH server, and the library, its host key or our key is missing.
    """
    path = remote.parts.path
    if remote.is_ssh:
        return SSHGitClient(
            remote.host, port=remote.port, username=remote.parts.username, vendor=_Ssh(remote), quiet=True
        ), path
    base = f"https://{remote.parts.netloc}/"
    has_secret = bool(remote.secret)
    client = Urllib3HttpGitClient(
        base,
        pool_manager=_pool_manager(remote),
        username=(remote.user or DEFAULT_USER) if has_secret else None,
        password=remote.secret if has_secret else None,
        timeout=TIMEOUT_S,
        quiet=True,
    )
    return client, path.lstrip("/")


def push(remote: GitRemote, repo: Repo, branch: Ref) -> None:
    """Bring a branch to a server, where it may only grow.

    Raises:
        GitFault: it did not arrive; the sentence says why.
    """
    head = repo.refs.read_ref(branch)
    assert head is not None
    ours: ObjectID = head  # type: ignore[assignment]

    def wanted(theirs: dict[Ref, ObjectID]) -> dict[Ref, ObjectID]:
        there = theirs.get(branch)
        if there is not None and (there not in repo.object_store or not can_fast_forward(repo, there, ours)):
            raise GitFault(DIVERGED, host=remote.host)
        return {branch: ours}

    with telling(remote):
        client, path = open_client(remote)
        sent = client.send_pack(path.encode(), wanted, repo.generate_pack_data)  # type: ignore[arg-type]
        if wrong := [error for error in (sent.ref_status or {}).values() if error]:
            raise GitFault(ODD, host=remote.host, reason=str(wrong[0])[:MAX_REASON_CHARS])


@contextmanager
def telling(remote: GitRemote) -> Iterator[None]:
    """Turn whatever a conversation with a server raises into a fault with a sentence; no secret is in it."""
    try:
        yield
    except GitFault:
        raise
    except HTTPUnauthorized as error:
        raise GitFault(REFUSED, host=remote.host) from error
    except NotGitRepository as error:
        raise GitFault(NOT_THERE, host=remote.host) from error
    except (GitProtocolError, HangupException, SendPackError, OSError, EOFError, ValueError, AssertionError) as error:
        raise _fault_of(remote, error) from error


def _fault_of(remote: GitRemote, error: BaseException) -> GitFault:
    chain = list(_causes(error))
    if fault := next((one for one in chain if isinstance(one, GitFault)), None):
        return fault
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in chain):
        return GitFault(UNTRUSTED, host=remote.host)
    if any(isinstance(one, (OSError, EOFError, urllib3.exceptions.HTTPError)) for one in chain):
        return GitFault(AWAY, host=remote.host)
    reason = str(error)[:MAX_REASON_CHARS]
    if "http resp 403" in reason:
        return GitFault(REFUSED, host=remote.host)
    if isinstance(error, HangupException) and remote.is_ssh:
        return GitFault(NOT_THERE, host=remote.host)
    return GitFault(ODD, host=remote.host, reason=reason or type(error).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it was made of: causes, and what libraries keep in `reason` or in their arguments."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


def _pool_manager(remote: GitRemote) -> urllib3.PoolManager:
    """Return a pool that calls addresses that were looked at, checks certificates, and follows nobody elsewhere."""

    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(remote)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    tls = ssl.create_default_context(cafile=str(remote.authority) if remote.authority else None)
    retries = urllib3.Retry(connect=0, read=0, redirect=0, status=0, other=0, raise_on_redirect=False)
    manager = urllib3.PoolManager(ssl_context=tls, retries=retries, headers={"User-Agent": "git/etude"})
    manager.pool_classes_by_scheme = {"https": Pool}
    return manager


class _Ssh(SSHVendor):
    """Runs Git's command on a machine whose host key is known."""

    def __init__(self, remote: GitRemote) -> None:
        self._remote = remote

    def run_command(self, host: str, command: bytes, *_given: Any, **_options: Any) -> _Channel:  # type: ignore[override]  # noqa: ANN401
        """Return the two ends of the command."""
        del host
        try:
            import paramiko  # noqa: PLC0415  an extra that most schools do not install
        except ImportError as error:
            raise GitFault(NO_SSH) from error
        values = {"host": self._remote.host}
        client = paramiko.SSHClient()  # refuses every host that it does not know
        try:
            self._know(client, paramiko)
            self._sign_in(client, paramiko)
            channel = client.get_transport().open_session(timeout=TIMEOUT_S)
            channel.settimeout(TIMEOUT_S)
            channel.exec_command(command)
        except paramiko.AuthenticationException as error:
            client.close()
            raise GitFault(REFUSED, **values) from error
        except paramiko.SSHException as error:
            client.close()
            is_stranger = isinstance(error, paramiko.BadHostKeyException) or "known_hosts" in str(error)
            raise GitFault(UNKNOWN_HOST if is_stranger else AWAY, **values) from error
        except BaseException:
            client.close()
            raise
        return _Channel(client, channel)

    def _know(self, client: Any, paramiko: Any) -> None:  # noqa: ANN401
        keys = client.get_host_keys()
        for line in self._remote.known_hosts.splitlines():
            try:
                entry = paramiko.hostkeys.HostKeyEntry.from_line(line)
            except (ValueError, paramiko.SSHException):
                continue
            for name in entry.hostnames if entry is not None else ():
                keys.add(name, entry.key.get_name(), entry.key)
        if not keys:
            raise GitFault(NO_HOSTS, host=self._remote.host)

    def _sign_in(self, client: Any, paramiko: Any) -> None:  # noqa: ANN401
        remote = self._remote
        client.connect(
            remote.host,
            port=remote.port,
            username=remote.parts.username,
            password=remote.secret or None,
            pkey=_read_key(remote.ssh_key, paramiko) if remote.ssh_key else None,
            sock=connect(remote),
            allow_agent=False,
            look_for_keys=False,
            timeout=TIMEOUT_S,
            banner_timeout=TIMEOUT_S,
            auth_timeout=TIMEOUT_S,
        )


def _read_key(text: str, paramiko: Any) -> Any:  # noqa: ANN401  the library publishes no types
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text.strip() + "\n"))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise GitFault(BAD_KEY)


class _Channel:
    """The two ends of a command on another machine, as dulwich wants them."""

    def __init__(self, client: Any, channel: Any) -> None:  # noqa: ANN401
        self._client, self._channel = client, channel
        self.read = channel.makefile("rb").read
        self.write = channel.sendall

    def can_read(self) -> bool:
        """Tell whether something has arrived."""
        return bool(self._channel.recv_ready())

    def close(self) -> None:
        """Hang up."""
        self._channel.close()
        self._client.close()
