"""The worker's side of live consoles: keeps the process that holds the terminals, records how each session ended."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.consoles import wire
from etude.core import clock, logging
from etude.extensions import db
from etude.features.demos import services as demos
from etude.models import Console, ConsoleRecord

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config

_log = logging.get(__name__)
RESTART_EVERY_S = 2.0
BACKLOG = 64
END_S = 2.0


class ConsoleKeeper:
    """The socket of this machine's terminals, and the process that holds them: there while somebody runs something.

    A thread waits at the socket. Whoever connects first has the holder started, which takes over the socket and ends by
    itself when nobody has run anything for a while; its programs end with it, and the next to connect starts another.
    """

    def __init__(self, app: Flask, config: Config) -> None:
        self._app, self._config = app, config
        self._over = threading.Event()
        self._woken, self._wake = os.pipe()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._is_started = False

    def start(self) -> None:
        """Open the socket; later calls change nothing. Where there can be none, Run asks for the input beforehand."""
        if self._is_started:
            return
        self._is_started = True
        self._end_lost()
        try:
            listener = self._listen()
        except OSError as error:  # the folder's name is too long for a socket's, for one
            _log.warning("no_consoles", reason=str(error))
            return
        self._thread = threading.Thread(target=self._keep, args=(listener,), name="consoles", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the holder and every program that it holds."""
        self._over.set()
        os.write(self._wake, b"x")
        if self._thread is not None:
            if (process := self._process) is not None:
                self._let_go(process)
            self._thread.join()
        for end in (self._woken, self._wake):
            os.close(end)

    def _listen(self) -> socket.socket:
        """Listen where nobody else may connect."""
        path = self._config.consoles
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
        return listener

    def _keep(self, listener: socket.socket) -> None:
        with listener:
            while self._is_asked(listener):
                exit_code = self._hold(listener)
                self._end_lost()
                if exit_code != 0 and not self._over.is_set():
                    _log.error("console_holder_died", exit_code=exit_code)
                    self._over.wait(RESTART_EVERY_S)
        self._config.consoles.unlink(missing_ok=True)

    def _is_asked(self, listener: socket.socket) -> bool:
        """Wait for somebody to connect; False once it is over."""
        select.select([listener.fileno(), self._woken], [], [])
        return not self._over.is_set()

    def _hold(self, listener: socket.socket) -> int:
        """Have the terminals held until the holder ends, and return its exit code."""
        settings = {
            "listener": listener.fileno(),
            "cache": str(self._config.build_cache),
            "uid": self._config.jail_uid,
        }
        with subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "etude.consoles.holder", json.dumps(settings)],
            stdin=subprocess.PIPE,  # which ends with us, however we end
            stdout=subprocess.PIPE,
            pass_fds=(listener.fileno(),),
            encoding="utf-8",
        ) as process:
            self._process = process
            if self._over.is_set():
                self._let_go(process)
            self._record(process)
        return process.wait()

    def _end_lost(self) -> None:
        """Say of every session that is still open in the records that it ended with its holder."""
        try:
            with self._app.app_context(), db.session.begin():
                Console.end_lost(db.session, clock.now())
            with self._app.app_context():
                demos.end_lost(at=clock.now())
        except sa.exc.DBAPIError as error:
            _log.warning("console_end_not_recorded", reason=type(error).__name__)

    def _let_go(self, process: subprocess.Popen[str]) -> None:
        """End a holder, which may have ended already."""
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _record(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as told:
            for text in told:
                end = json.loads(text)
                try:
                    self._record_stage(end) if "stage" in end else self._record_end(end)
                except sa.exc.DBAPIError as error:  # the page is told by the holder itself
                    _log.warning("console_end_not_recorded", reason=type(error).__name__)

    def _record_stage(self, end: dict[str, object]) -> None:
        most_followers = int(str(end["most_followers"]))
        with self._app.app_context():
            demos.end_by_key(str(end["stage"]), str(end["why"]), most_followers=most_followers, at=clock.now())

    def _record_end(self, end: dict[str, object]) -> None:
        with self._app.app_context(), db.session.begin():
            console = Console.get_by_key(db.session, str(end["key"]))
            if console is not None:
                numbers = {name: end[name] for name in ("exit_code", "signal")}
                cpu_ms = end["cpu_ms"] or 0
                console.end(str(end["why"]), clock.now(), cpu_ms=cpu_ms, **numbers)  # type: ignore[arg-type]
                if console.is_kept and "output" in end:
                    output, is_whole = wire.unpack(str(end["output"])), bool(end["is_whole"])
                    ConsoleRecord.keep(db.session, console.id, output, is_whole=is_whole, at=clock.now())
