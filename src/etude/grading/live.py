"""Programs that somebody talks with in a terminal: compiled, started, and what to say of how they ended."""

from __future__ import annotations

import logging
import re
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from etude.grading import languages
from etude.grading.build import CHECK_LIMITS, Builder, compile_result, unchecked
from etude.grading.jails import PRELOAD
from etude.grading.judge import jail_limits, judge_run
from etude.grading.messages import Message, _
from etude.grading.teachers_programs import FAULT, build_twice, unavailable
from etude.grading.validators import with_arguments
from etude.grading.verdict import CompileResult, Status
from etude.jail import ExecProgram, Jail, JailError, Nursery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etude.grading.build import Build
    from etude.grading.jails import JailSet
    from etude.grading.job import RunJob
    from etude.grading.languages import Language
    from etude.jail import PythonProgram, RunningProgram, RunRecord, WindowSize

logger = logging.getLogger(__name__)
MOST_READY = 8
"""Jails that wait for a program: two megabytes each."""
LATELY_S = 60.0
_INTERRUPTED = _("You stopped the program with Ctrl-C.")
_TOO_MANY_PROCESSES = _("The program started more threads or processes than it may have at the same time (%(limit)s).")
_NO_MORE_PROCESSES = re.compile(
    rb"can't start new thread|BlockingIOError: \[Errno 11\]|Resource temporarily unavailable|EAGAIN"
    rb"|unable to create (?:new )?native thread|[Cc]ouldn't create thread"
)
"""What runtimes and shells say when the kernel gives them no further process: it counts, and tells nobody but them."""
_LAST_WORDS_BYTES = 2048
_LIMITS = {Status.TLE: "cpu", Status.MLE: "memory", Status.OLE: "output"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What starting a program gave. `program` and `jail` (its own) are None when there is nothing to talk with."""

    compile: CompileResult
    message: Message | None = None
    is_our_fault: bool = False
    program: RunningProgram | None = None
    jail: Jail | None = None
    language: Language | None = None
    build: Build | None = None

    def close(self) -> None:
        """End the program and its jail. May be called twice."""
        if self.program is not None:
            self.program.close()
        if self.jail is not None:
            self.jail.close()


class ConsoleJails:
    """The jails of consoles: forked from one nursery, some of them before anybody asks. For any thread.

    To open one takes several times as long as to start in it. As many are kept ready as were taken within the last
    minute, at least one, MOST_READY at most: so a class that comes back to its programs finds them. `clock`: seconds
    that only grow.
    """

    def __init__(self, uid: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.uid = uid
        self.nursery = Nursery(preload=PRELOAD)
        self._clock = clock
        self._lock = threading.Lock()
        self._ready: list[Jail] = []
        self._opening = 0
        self._taken_at_s: deque[float] = deque(maxlen=MOST_READY)

    def take(self) -> Jail:
        """Return a jail for a Python program, opened if one is ready."""
        with self._lock:
            self._taken_at_s.append(self._clock())
            if self._ready:
                return self._ready.pop()
        return self._make()

    def take_native(self) -> Jail:
        """Return a jail for a program that is executed."""
        return Jail(readable=languages.readable_paths(), uid=self.uid, nursery=self.nursery)

    def refill(self) -> None:
        """Have some ready for those who ask next; what fails here is told when one is started in."""
        while self._begin_to_open():
            jail = self._make()
            try:
                jail.open()
            except (JailError, OSError) as fault:
                self._end_opening(None)
                jail.close()
                logger.warning("no jail in advance: %s", fault)
                return
            self._end_opening(jail)
        for jail in self._surplus():
            jail.close()

    def close(self) -> None:
        """End those that nobody took, and the nursery."""
        with self._lock:
            jails, self._ready = self._ready, []
        for jail in jails:
            jail.close()
        self.nursery.close()

    def _wanted(self) -> int:
        since_s = self._clock() - LATELY_S
        return max(1, sum(taken_at_s >= since_s for taken_at_s in self._taken_at_s))

    def _begin_to_open(self) -> bool:
        with self._lock:
            is_needed = len(self._ready) + self._opening < self._wanted()
            self._opening += is_needed
            return is_needed

    def _end_opening(self, jail: Jail | None) -> None:
        with self._lock:
            self._opening -= 1
            if jail is not None:
                self._ready.append(jail)

    def _surplus(self) -> list[Jail]:
        with self._lock:
            kept = self._wanted()
            surplus, self._ready = self._ready[kept:], self._ready[:kept]
            return surplus

    def _make(self) -> Jail:
        return Jail(preload=PRELOAD, uid=self.uid, nursery=self.nursery)


def start_live(job: RunJob, jails: JailSet, window: WindowSize, *, cache_dir: Path, consoles: ConsoleJails) -> Live:
    """Compile a program in `jails` and start it on a terminal, in a jail of its own; `job.stdin` is not looked at.

    What need not be compiled is started at once: see check_late.

    Raises IsolationUnavailable when this machine cannot isolate programs at all; any other fault of ours is in what is
    returned.
    """
    language = languages.load().get(job.language)
    if language is None or not language.toolchain.state().is_available:
        return Live(compile=CompileResult(ok=False), message=unavailable(job.language), is_our_fault=True)
    with Builder(jails, cache_dir) as builder:
        build = unchecked(language, job) or build_twice(lambda: builder.build(language, job))
        if build.source is None:
            return Live(compile=build.result, message=build.result.message, is_our_fault=build.is_our_fault)
        files = {**build.source.files, **job.inputs}
        beside = replace(build.source, files={**files, **language.console_files(files)})
        program = with_arguments(language.run(beside, build.executable), job.arguments)
        jail = _make_jail(program, job, consoles)
        try:
            running = jail.start(program, limits=jail_limits(job.limits, language), window=window)
        except (JailError, OSError) as fault:
            jail.close()
            logger.warning("a program was not started: %s", fault)
            return Live(compile=build.result, message=Message(FAULT), is_our_fault=True)
    return Live(compile=build.result, program=running, jail=jail, language=language, build=build)


def is_unread(live: Live, record: RunRecord) -> bool:
    """Whether it takes check_late to say how this program ended."""
    return live.build is not None and not live.build.is_checked and record.exit_code not in {0, None}


def check_late(live: Live) -> Live:
    """Read the syntax of a program that was started unread and ended badly, in its own jail: it may never have run.

    Where that fails, it is taken for a program: what it said stands in its terminal.
    """
    assert live.build is not None
    assert live.build.source is not None
    assert live.language is not None
    assert live.jail is not None
    limits = replace(CHECK_LIMITS, address_space=live.language.limits_address_space)
    try:
        record = live.jail.run(live.language.compile(live.build.source), limits=limits)
        return replace(live, compile=compile_result(live.language, live.build.source, record))
    except (JailError, OSError, ValueError) as fault:
        logger.warning("a program was not read: %s", fault)
        return live


def _make_jail(program: PythonProgram | ExecProgram, job: RunJob, consoles: ConsoleJails) -> Jail:
    """Return a jail for one program alone: the kernel counts the processes of a jail together."""
    if isinstance(program, ExecProgram):
        return consoles.take_native()
    if not job.is_cold and job.hash_seed == 0:
        return consoles.take()
    return Jail(preload=() if job.is_cold else PRELOAD, warm=not job.is_cold, hash_seed=job.hash_seed, uid=consoles.uid)


class LiveEnding(NamedTuple):
    """How a program in a console ended. `limit`: "cpu", "memory", "output" or "processes", "" for none of them."""

    message: Message | None
    limit: str = ""


def ending_of(live: Live, job: RunJob, record: RunRecord, shown: bytes) -> LiveEnding:
    """Say how a program ended. `shown`: the end of what stood in its terminal, where its errors are too."""
    if live.language is None or live.build is None or live.build.source is None:
        return LiveEnding(Message(FAULT))
    if record.signal == signal.SIGINT:
        return LiveEnding(Message(_INTERRUPTED))
    record = replace(record, stderr=shown.replace(b"\r\n", b"\n"))
    if record.exit_code != 0 and _NO_MORE_PROCESSES.search(record.stderr[-_LAST_WORDS_BYTES:]):
        most = jail_limits(job.limits, live.language).threads
        return LiveEnding(Message(_TOO_MANY_PROCESSES, {"limit": most}), "processes")
    ending = judge_run(record, job.limits, live.language, live.build.source)
    is_wall = record.wall_exceeded and not record.cpu_exceeded
    return LiveEnding(ending.message, "" if is_wall else _LIMITS.get(ending.status, ""))
