"""The worker's side of live consoles: keeps the process that holds the terminals, records how each session ended."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import clock, logging
from etude.extensions import db
from etude.models import Console

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config

_log = logging.get(__name__)
RESTART_EVERY_S = 2.0
END_S = 2.0


class ConsoleKeeper:
    """The holder of this machine's terminals, started again when it dies; its programs end with it."""

    def __init__(self, app: Flask, config: Config) -> None:
        self._app, self._config = app, config
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._started_at = float("-inf")

    def look_after(self) -> None:
        """Start the holder where there is none; called about once a second."""
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() - self._started_at < RESTART_EVERY_S:
            return
        if self._process is not None:
            _log.error("console_holder_died", exit_code=self._process.returncode)
            self._let_go(self._process)
        self._started_at = time.monotonic()
        with self._app.app_context(), db.session.begin():
            Console.end_lost(db.session, clock.now())
        settings = {
            "socket": str(self._config.consoles),
            "cache": str(self._config.build_cache),
            "uid": self._config.jail_uid,
        }
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "etude.consoles.holder", json.dumps(settings)],
            stdin=subprocess.PIPE,  # which ends with us, however we end
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._record, args=(self._process,), name="consoles", daemon=True)
        self._reader.start()

    def close(self) -> None:
        """End the holder and every program that it holds."""
        if self._process is None:
            return
        self._let_go(self._process)
        with self._app.app_context(), db.session.begin():
            Console.end_lost(db.session, clock.now())
        self._process = None

    def _let_go(self, process: subprocess.Popen[str]) -> None:
        """End a holder that may have ended already, and hear all it had to tell."""
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()

    def _record(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as told:
            for text in told:
                end = json.loads(text)
                if "key" not in end:
                    continue
                try:
                    self._record_end(end)
                except sa.exc.DBAPIError as error:  # the page is told by the holder itself
                    _log.warning("console_end_not_recorded", reason=type(error).__name__)

    def _record_end(self, end: dict[str, object]) -> None:
        with self._app.app_context(), db.session.begin():
            console = Console.get_by_key(db.session, str(end["key"]))
            if console is not None:
                numbers = {name: end[name] for name in ("exit_code", "signal")}
                cpu_ms = end["cpu_ms"] or 0
                console.end(str(end["why"]), clock.now(), cpu_ms=cpu_ms, **numbers)  # type: ignore[arg-type]
