"""The processes of one machine: gunicorn's one web process with many threads, and one worker child.

One web process means that caches, limits and streams are simply right. The arbiter is this very process; it looks
after the worker child in its main loop, so no third process is needed. It loads neither the application nor the
database, which would be forty megabytes for nothing: the web process opens the school, and says how that went.
"""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.workers.gthread import ThreadWorker

from etude.core import logging
from etude.core.child_deaths import CHILD_DEATHS, ChildDeaths
from etude.serving.leaving import leave

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
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
        self.app.close_streams()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once."""
        self.app.close_streams()
        super().handle_quit(sig, frame)


class Opening:
    """Whether the school is open, or with which exit code its opening failed.

    In memory that the supervisor shares with the web process that it forks, as `ChildDeaths` are.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 2)

    @property
    def is_done(self) -> bool:
        """Whether the database is ready and the address was told."""
        return bool(self._shared[0])

    def finish(self) -> None:
        """Note that the school is open."""
        self._shared[0] = 1

    @property
    def exit_code(self) -> int:
        """What the command ends with because the school could not be opened; 0 while nothing failed."""
        return self._shared[1]

    def fail(self, exit_code: int) -> None:
        """Note that the school cannot be opened; the reason was told. exit_code: 1 to 255."""
        self._shared[1] = exit_code


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

    def __init__(self, application: BaseApplication, child: WorkerChild, opening: Opening) -> None:
        super().__init__(application)
        self.child = child
        self.opening = opening

    def manage_workers(self) -> None:
        """Keep the web process and, once the school is open, the worker child alive; called at least once a second."""
        if self.opening.exit_code:
            raise HaltServer(None, 0)
        super().manage_workers()
        if self.opening.is_done:
            self.child.look_after()

    def murder_workers(self) -> None:
        """End a web process that hangs. The one that opens the school does not: somebody may be typing answers."""
        if self.opening.is_done:
            super().murder_workers()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002  the signature of the parent
        """Stop both, the child in parallel, within five seconds in all."""
        deadline = time.monotonic() + STOP_S
        self.child.ask_to_stop()
        super().stop(graceful)
        self.child.make_sure_it_stopped(deadline + 0.5)


class Site(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn runs it.

    open_school: called in the web process, once: brings the database up to date, asks what a first start asks, tells
    where to go, and returns the application; ends with SystemExit when that cannot be, having said why.
    """

    def __init__(self, open_school: Callable[[], Flask], config: Config, listener: socket.socket) -> None:
        self._open_school = open_school
        self._config = config
        self._listener = listener
        self._child = WorkerChild(config)
        self._opening = Opening()
        self._close_streams: Callable[[object], object] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand over our settings."""
        for name, value in gunicorn_settings(self._config, self._listener).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application; called in each web process."""
        try:
            app = self._make_again() if self._opening.is_done else self._open_school()
        except SystemExit as end:
            self._opening.fail(end.code if isinstance(end.code, int) else 1)
            leave()  # the supervisor knows: no restart
        from etude.core import signals  # noqa: PLC0415  loaded with the application

        self._close_streams = signals.server_stopping.send
        app.extensions[CHILD_DEATHS] = self._child.deaths
        self._opening.finish()
        return app

    def _make_again(self) -> Flask:
        """Return the application for a web process that takes the place of one that died: nothing is told again."""
        from etude.app import create_app  # noqa: PLC0415  only in the web process

        return create_app(self._config)

    def close_streams(self) -> None:
        """Let whoever holds a stream open let go at once."""
        if self._close_streams is not None:
            self._close_streams(self)

    def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; return the exit code. The forked web process ends in here."""
        arbiter = os.getpid()
        code: object = 0
        try:
            _SupervisingArbiter(self, self._child, self._opening).run()
        except SystemExit as end:
            code = end.code
            if os.getpid() != arbiter:
                leave(end.code)
        return self._opening.exit_code or (code if isinstance(code, int) else 0)


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
        "control_socket_disable": True,
        "worker_tmp_dir": str(config.data / "run"),
        "loglevel": "warning",
        "errorlog": "-",
        "accesslog": None,
        "forwarded_allow_ips": "",
        "proc_name": "etude",
        "limit_request_line": 8190,
        "post_worker_init": _begin_measuring,
    }


def _begin_measuring(worker: Any) -> None:  # noqa: ANN401  gunicorn's worker
    """Store what this process counts; called once it has loaded the application."""
    from etude.web.measuring import Measuring  # noqa: PLC0415  only in the web process

    Measuring(worker.wsgi).start()
