"""One worker process: threads that judge, one jail set per thread, a doorbell, a sign of life, an orderly end."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import dramatiq
import sqlalchemy as sa
from dramatiq.middleware import Retries

from etude.app import create_app
from etude.core import clock, logging
from etude.core.shelf import Shelf
from etude.extensions import db
from etude.grading.jail_pool import JailPool
from etude.jail import JailError, probe
from etude.models import WorkerState
from etude.queue import GRADE_SUBMISSION, RUN_PROGRAM, SEND_MAIL, DatabaseBroker, Doorbell
from etude.queue.broker import DEFAULT_LEASE_S
from etude.storage import open_contents
from etude.web import contents
from etude.web.measuring import Measuring
from etude.worker import announcing, faults
from etude.worker.actors import Actors
from etude.worker.consoles import ConsoleKeeper
from etude.worker.log_ids import LogIds
from etude.worker.outages import OutageWatch
from etude.worker.shared_contents import SharedContents

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config
    from etude.jail import Isolation
    from etude.worker.faults import Fault

_log = logging.get(__name__)
NEVER = float("-inf")
LOOK_EVERY_S = 1.0
SIGN_OF_LIFE_S = 30.0
REST_AFTER_S = 180.0
"""After how long without work a set of jails ends its compilers: longer than the pauses within a lesson."""
PROBE_EVERY_S = 10.0
"""How soon judging begins after the machine was put right; how soon a fault is seen that nothing has run into."""
THREAD_TIMEOUT_MS = 250
"""How soon an idle thread sees that it should end."""
STOP_JUDGING_MS = 1500
"""What is judged longer than this after the end was asked for is given back; five seconds hold on slow machines too."""
STOP_MAIL_MS = 500


class WorkerProcess:
    """The parts of one worker. It judges only while the machine can isolate programs; mail goes out in any case."""

    def __init__(self, config: Config, *, lease_s: float = DEFAULT_LEASE_S, app: Flask | None = None) -> None:
        self._config = config
        self._app = app or create_app(config)
        with self._app.app_context():
            self._engine = db.engine
        if self._engine.dialect.name != "sqlite":
            contents.near.places = _places_of(config)
        self._lease_s = lease_s
        self._broker, self._mail_broker = self._make_broker(), self._make_broker()
        self._pool = JailPool(config.workers, uid=config.jail_uid, tier=config.sandbox)
        self._actors = Actors(self._app, config, self._pool)
        self._judging: dramatiq.Worker | None = None
        self._isolation: Isolation | None = None
        self._fault: Fault | None = None
        # Asking every compiler takes a second or two: nothing waits for it, an answer asks for its own language only.
        self._asking = threading.Thread(target=announcing.languages_here, name="toolchains", daemon=True)
        self._consoles: ConsoleKeeper | None = None
        self._clock = announcing.Clock(self._engine)
        self._told_at = self._probed_at = self._examined_at = NEVER
        self._outages = OutageWatch(self._app, [self._broker, self._mail_broker])
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._over = threading.Event()

    def _make_broker(self) -> DatabaseBroker:
        """Return a broker for one Dramatiq worker: each wants one to itself. It takes nothing before the first look."""
        broker = DatabaseBroker(self._engine, lease_s=self._lease_s, middleware=[LogIds(), Retries()])
        broker.is_paused = True
        return broker

    def run(self, stop: threading.Event, *, embedded_in: int | None = None) -> None:
        """Work until `stop` is set, or until the process that this one is part of has gone."""
        for broker in (self._broker, self._mail_broker):
            self._actors.declare(broker)
        mail = self._start(self._mail_broker, {SEND_MAIL.queue}, threads=1)
        bell = threading.Thread(target=self._listen, name="doorbell", daemon=True)
        bell.start()
        self._asking.start()
        measuring = Measuring(self._app)
        measuring.start()
        # Where the web process is: it reaches the terminals over a socket of this machine.
        self._consoles = None if embedded_in is None else ConsoleKeeper(self._app, self._config)
        try:
            while not stop.is_set() and embedded_in in (None, os.getppid()):
                self._look_around()
                stop.wait(LOOK_EVERY_S)
        finally:
            if self._consoles is not None:
                self._consoles.close()
            measuring.stop()
            self._end(mail)
            bell.join()

    def _look_around(self) -> None:
        """See what changed around this process. While the database is away it goes on looking."""
        self._outages.look()
        if self._outages.is_database_away:
            return
        try:
            self._look()
        except sa.exc.DBAPIError as error:
            _log.warning("not_looked_around", reason=str(error.orig))
            self._broker.failed_at = self._broker.failed_at or clock.now()

    def _look(self) -> None:
        now = time.monotonic()
        self._pool.rest(REST_AFTER_S)
        if self._actors.lost_isolation:
            self._actors.lost_isolation = False
            self._probed_at = NEVER
        if self._actors.suspects_fault:
            self._actors.suspects_fault = False
            self._examined_at = NEVER
        if self._clock.jumped() or now - self._told_at >= SIGN_OF_LIFE_S:
            self._clock.compare()
        if now - self._examined_at >= PROBE_EVERY_S:
            self._examine()
        is_isolated = self._isolation is not None and self._isolation.may_judge
        if (not is_isolated and now - self._probed_at >= PROBE_EVERY_S) or self._probed_at == NEVER:
            self._probe()
        is_whole = self._isolation is not None and self._isolation.tier == "full"
        if is_whole and self._consoles is not None:
            self._consoles.start()
        is_ready = not is_isolated or not self._asking.is_alive()
        if is_ready and now - self._told_at >= SIGN_OF_LIFE_S:
            self._tell()

    def _examine(self) -> None:
        """Find out whether something else keeps this machine from judging; take tasks only while nothing does."""
        found = faults.find_fault(self._config.data, self._engine)
        if found != self._fault:
            if found is not None:
                _log.warning("judging_stopped", reason=found.sentence % found.values, fix=found.fix)
            self._told_at = NEVER
        self._fault = found
        self._examined_at = time.monotonic()
        for broker in (self._broker, self._mail_broker):
            broker.is_paused = found is not None

    def _probe(self) -> None:
        """Find out whether programs can be isolated; begin to judge when they can."""
        found = probe(uid=self._config.jail_uid, tier=self._config.sandbox)
        if found != self._isolation:
            _log.info("isolation", tier=found.tier, reason=found.reason, fix=found.fix)
            self._told_at = NEVER
        self._isolation = found
        self._probed_at = time.monotonic()
        if found.may_judge and self._judging is None:
            try:
                self._pool.warm()
            except JailError:
                _log.exception("jails_not_warmed")
            queues = {GRADE_SUBMISSION.queue, RUN_PROGRAM.queue}
            self._judging = self._start(self._broker, queues, threads=self._config.workers)

    def _start(self, broker: dramatiq.Broker, queues: set[str], *, threads: int) -> dramatiq.Worker:
        worker = dramatiq.Worker(broker, queues=queues, worker_threads=threads, worker_timeout=THREAD_TIMEOUT_MS)
        worker.queue_prefetch = threads + 1  # the rest stays for other workers
        worker.start()
        return worker

    def _tell(self) -> None:
        """Write the sign of life by which pages know that somebody judges, or why nobody does."""
        found = self._isolation
        assert found is not None
        self._told_at = time.monotonic()
        languages = announcing.languages_here(self._config.sandbox)
        self._broker.limit_to(languages)
        state = announcing.describe(self._name, self._config.data, found, self._fault, languages)
        state.clock_difference_s = round(self._clock.difference_s, 3)
        with self._app.app_context(), db.session.begin():
            db.session.merge(state)

    def _forget(self) -> None:
        try:
            with self._app.app_context(), db.session.begin():
                db.session.execute(sa.delete(WorkerState).where(WorkerState.name == self._name))
        except sa.exc.DBAPIError:  # it is taken to be gone when it stays silent
            _log.warning("worker_not_signed_off")

    def _listen(self) -> None:
        """Wake the consumers when the web process rings."""
        with Doorbell(self._config.worker_doorbell) as bell:
            while not self._over.is_set():
                if bell.wait(LOOK_EVERY_S / 2):
                    for broker in (self._broker, self._mail_broker):
                        broker.wake()

    def _end(self, mail: dramatiq.Worker) -> None:
        """Stop within a few seconds: what is not done by then is given back, its programs are killed."""
        _log.info("worker_stopping")
        self._over.set()
        self._actors.over.set()
        if self._judging is not None:
            self._judging.stop(timeout=STOP_JUDGING_MS)
        try:
            given_back = self._actors.give_back()
        except sa.exc.DBAPIError:  # the leases run out
            given_back = 0
        mail.stop(timeout=STOP_MAIL_MS)
        self._pool.close()
        self._forget()
        _log.info("worker_stopped", given_back=given_back)


def _places_of(config: Config) -> list[contents.Place]:
    """Return where this machine looks for contents before it asks the database: its own disk, then what all share."""
    shared = open_contents(config)
    return [Shelf(config.content_cache), *([SharedContents(shared)] if shared is not None else [])]


def run_worker(
    config: Config,
    stop_event: threading.Event | None = None,
    *,
    embedded_in: int | None = None,
    lease_s: float = DEFAULT_LEASE_S,
    app: Flask | None = None,
) -> None:
    """Judge submissions until `stop_event` is set; without one, until SIGTERM or Ctrl-C.

    Args:
        config: the settings of the installation.
        stop_event: ends the worker within five seconds.
        embedded_in: the process that this worker belongs to; when it is gone, the worker ends.
        lease_s: after how long another worker takes up what this one held, if it is killed.
        app: the application, where the process has one already.
    """
    stop = stop_event or threading.Event()
    if stop_event is None:

        def end(_number: int, _frame: object) -> None:
            logging.silence("etude.grading")  # what is being judged is given back: how its jails end is no news
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
    WorkerProcess(config, lease_s=lease_s, app=app).run(stop, embedded_in=embedded_in)
