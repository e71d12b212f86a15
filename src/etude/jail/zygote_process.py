"""The supervisor's handle of one zygote: start it, hand it tests, end it."""

from __future__ import annotations

import json
import marshal
import os
import select
import signal
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import seccomp
from .cgroup import Account, open_account
from .errors import JailError, LaunchFailed, _
from .interpreter import FOLDER, Launcher, start_interpreter
from .recipe import Ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .nursery import Nursery

_START_TIMEOUT_S = 30
_END_TIMEOUT_MS = 2000
_NOT_STARTED = _("The jail’s first process did not start: %(said)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZygoteConfig:
    """What a jail is made of. `uid`: taken when root; `shown`: (place in the jail, host path); `starter`: descriptor of
    it (see starter.py), or -1; `outer`: a command that gives a user namespace to the one that follows it; `scratch`:
    the folder in which programs of the reduced tier work; `nursery`: where the jail is forked. Paths are absolute on
    the host.
    """

    readable: tuple[str, ...]
    shown: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]
    preload: tuple[str, ...]
    hash_seed: int
    uid: int | None
    starter: int
    audit: bool
    outer: tuple[str, ...] = ()
    scratch: str = ""
    nursery: Nursery | None = None


class ZygoteProcess:
    """A running zygote; `ground` is what it said of itself, `account` its control group if there is one.
    Not thread-safe.

    Raises JailError (LaunchFailed) if it does not come up.
    """

    def __init__(self, config: ZygoteConfig) -> None:
        self._pidfd = -1
        self.account: Account | None = None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._diagnosis = os.memfd_create("stderr")
        try:
            with theirs:
                launcher = self._spawn(theirs, config) if config.nursery is None else self._fork(theirs, config)
            if config.outer:  # it outlives its jail, and no process of the jail is a child of ours
                self._pidfd = os.pidfd_open(launcher.pid)
            self._await_ready(launcher, config)
            if config.nursery is not None:
                config.nursery.is_tried = self.ground.drop_uid is None
        except BaseException:
            self.close()
            raise

    def _spawn(self, theirs: socket.socket, config: ZygoteConfig) -> Launcher:
        passed = tuple(descriptor for descriptor in (config.starter,) if descriptor >= 0)
        launcher = start_interpreter(
            "launch", theirs.fileno(), self._diagnosis, hash_seed=config.hash_seed, outer=config.outer, passed=passed
        )
        self.account = open_account()  # before it has children, who are born where it is
        if self.account is not None:
            self._enter(launcher.pid)
        try:
            self._control.send(os.fsencode(FOLDER) + b"\0" + _settings(config))
        except OSError as error:
            raise JailError(_NOT_STARTED, said=self._said() or error) from error
        return launcher

    def _fork(self, theirs: socket.socket, config: ZygoteConfig) -> Launcher:
        """Without an account: that is for programs which run to their end, and would take as long as all the rest."""
        assert config.nursery is not None
        return config.nursery.fork(_settings(replace(config, starter=-1)), theirs.fileno(), self._diagnosis)

    def _enter(self, pid: int) -> None:
        assert self.account is not None
        try:
            self.account.enter(pid)
        except OSError:  # it is a favour, not the wall
            self.account.remove()
            self.account = None

    def _await_ready(self, launcher: Launcher, config: ZygoteConfig) -> None:
        self._control.settimeout(_START_TIMEOUT_S)
        try:
            while True:
                message = self._control.recv(1 << 16)
                if not message:
                    raise JailError(_NOT_STARTED, said=self._said())
                news = json.loads(message)
                if "failed" in news:
                    raise LaunchFailed(news["failed"], news["errno"], news["text"])
                if "ready" in news:
                    self.ground = Ground(**news["ready"], audit=config.audit, readable=config.readable)
                    return
                # Our own child: its number cannot be used again before we wait.
                self._pidfd = os.pidfd_open(news["pid"])
        except OSError as error:
            raise JailError(_NOT_STARTED, said=self._said() or error) from error
        finally:
            if self._pidfd < 0:
                launcher.kill()
            if config.outer:
                launcher.returncode = 0  # close() waits for it
            else:
                launcher.wait()

    def _said(self) -> str:
        size = os.fstat(self._diagnosis).st_size
        return os.pread(self._diagnosis, 2000, max(0, size - 2000)).decode(errors="replace").strip()

    def pid(self) -> int:
        """Process number, on this machine, of the jail's first process; all others descend from it."""
        lines = Path(f"/proc/self/fdinfo/{self._pidfd}").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))

    def begin(self, request: bytes, descriptors: Sequence[int]) -> None:
        """Have a test forked that gets these descriptors. Raises JailError if the zygote is gone."""
        try:
            socket.send_fds(self._control, [request], descriptors)
        except OSError as error:
            raise JailError(_("The jail’s first process is gone: %(said)s"), said=self._said() or error) from error

    def close(self) -> None:
        """End the zygote and with it every program in its jail; waits for that. May be called twice."""
        self._control.close()
        if self._pidfd >= 0:
            poller = select.poll()
            poller.register(self._pidfd, select.POLLIN)
            if not poller.poll(_END_TIMEOUT_MS):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED)
            os.close(self._pidfd)
            self._pidfd = -1
        if self.account is not None:
            self.account.remove()
        if self._diagnosis >= 0:
            os.close(self._diagnosis)
            self._diagnosis = -1


def _settings(config: ZygoteConfig) -> bytes:
    """What inside.launch is to know."""
    settings = {
        "readable": config.readable,
        "shown": config.shown,
        "hidden": config.hidden,
        "preload": config.preload,
        "uid": config.uid,
        "filter": seccomp.jail_filter(audit=config.audit),
        "starter": config.starter,
        "enclosed": bool(config.outer),
        "scratch": config.scratch,
        "tried": config.nursery is not None and config.nursery.is_tried,
    }
    return marshal.dumps(settings)
