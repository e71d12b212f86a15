"""The processes of one machine: gunicorn's one web process with many threads, and one worker child.

One web process means that caches, limits and streams are simply right. The arbiter is this very process; it looks
after the worker child in its main loop, so no third process is needed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

from etude.core import logging, signals
from etude.serving.leaving import leave
from etude.web.health import CHILD_DEATHS, ChildDeaths

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from flask import Flask

    from etude.config import Config

_log = logging.get(__name__)
STOP_S = 4
"""Seconds that requests in flight have to end; streams are closed at once."""
RESTART_EVERY_S = 2.0
"""A worker child that dies at once is not restarted faster than this; the wait doubles each time that it does."""
MAX_RESTART_EVERY_S = 60.0
LIVED_S = 30.0
"""A worker child that lived for so long did not die at its start."""


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which closes the open streams first when it is told to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop: no stream may hold the process."""
        signals.server_stopping.send(self)
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once."""
        signals.server_stopping.send(self)
        super().handle_quit(sig, frame)


class WorkerChild:
    """The `etude worker` process of this machine, started again when it dies."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at, self._start_at = float("-inf"), float("-inf")
        self._deaths = ChildDeaths()

    @property
    def deaths(self) -> ChildDeaths:
        """How often in a row it died soon after its start."""
        return self._deaths

    def look_after(self) -> None:
        """Start the child when there is none and its wait is over; called about once a second."""
        now = time.monotonic()
        if self._process is not None:
            has_lived = now - self._started_at >= LIVED_S
            if has_lived:
                self._deaths.count = 0
            if self._process.poll() is None:
                return
            self._note_death(self._process.returncode, now, has_lived=has_lived)
        if now >= self._start_at:
            self._start(now)

    def _note_death(self, exit_code: int, now: float, *, has_lived: bool) -> None:
        wait_s = min(MAX_RESTART_EVERY_S, RESTART_EVERY_S * 2.0**self._deaths.count)
        self._deaths.count += not has_lived
        self._process, self._start_at = None, self._started_at + wait_s
        again_in_s = max(0, round(self._start_at - now))
        _log.error("worker_died", exit_code=exit_code, times_in_a_row=self._deaths.count, again_in_s=again_in_s)

    def _start(self, now: float) -> None:
        self._started_at = now
        command = [
            sys.executable,
            "-m",
            "etude",
            "--data",
            str(self._config.data),
            "worker",
            "--embedded",
            str(os.getpid()),
        ]
        # A session of its own: Ctrl-C reaches the arbiter alone, which then stops the child in order.
        self._process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603

    def ask_to_stop(self) -> None:
        """Tell the child to finish or give back what it is doing."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def make_sure_it_stopped(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then kill; what it held is taken up again by its lease."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class _SupervisingArbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's arbiter, which also looks after the worker child."""

    def __init__(self, application: BaseApplication, child: WorkerChild) -> None:
        super().__init__(application)
        self.child = child

    def manage_workers(self) -> None:
        """Keep the web process and the worker child alive; called at least once a second."""
        super().manage_workers()
        self.child.look_after()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002  the signature of the parent
        """Stop both, the child in parallel, within five seconds in all."""
        deadline = time.monotonic() + STOP_S
        self.child.ask_to_stop()
        super().stop(graceful)
        self.child.make_sure_it_stopped(deadline + 0.5)


class Site(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn runs it."""

    def __init__(self, app: Flask, config: Config, listener: socket.socket) -> None:
        self._app = app
        self._config = config
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Hand over our settings."""
        for name, value in gunicorn_settings(self._config, self._listener).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, made before the fork so that its memory is shared."""
        return self._app

    def run(self) -> str | int | None:
        """Serve until SIGTERM or Ctrl-C; return the exit code. The forked web process ends in here."""
        arbiter = os.getpid()
        child = WorkerChild(self._config)
        self._app.extensions[CHILD_DEATHS] = child.deaths
        try:
            _SupervisingArbiter(self, child).run()
        except SystemExit as end:
            if os.getpid() != arbiter:
                leave(end.code)
            return end.code
        return 0


def gunicorn_settings(config: Config, listener: socket.socket) -> dict[str, Any]:
    """Return gunicorn's settings; docs/explanation/processes.md says why each."""
    return {
        "bind": [f"fd://{listener.fileno()}"],
        "workers": 1,
        "threads": config.threads,
        "worker_class": "etude.serving.supervisor.WebWorker",
        "worker_connections": config.threads * 4,
        "graceful_timeout": STOP_S,
        "timeout": 120,
        "keepalive": 5,
        "preload_app": True,
        "control_socket_disable": True,
        "worker_tmp_dir": str(config.data / "run"),
        "loglevel": "warning",
        "errorlog": "-",
        "accesslog": None,
        "forwarded_allow_ips": "",
        "proc_name": "etude",
        "limit_request_line": 8190,
        "post_fork": _after_fork,
    }


def _after_fork(_arbiter: object, worker: Any) -> None:  # noqa: ANN401  gunicorn's worker
    """Give the forked process connections of its own: those of the parent must not be shared."""
    from etude.extensions import db  # noqa: PLC0415  only in the child

    with worker.app.load().app_context():
        db.engine.dispose(close=False)
