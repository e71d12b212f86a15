"""Programs that somebody talks with in a terminal: compiled, started, and what to say of how they ended."""

from __future__ import annotations

import logging
import re
import signal
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from etude.grading import languages
from etude.grading.build import Builder
from etude.grading.jails import PRELOAD
from etude.grading.judge import jail_limits, judge_run
from etude.grading.messages import Message, _
from etude.grading.teachers_programs import FAULT, build_twice, unavailable
from etude.grading.validators import with_arguments
from etude.grading.verdict import CompileResult, Status
from etude.jail import ExecProgram, Jail, JailError

if TYPE_CHECKING:
    from pathlib import Path

    from etude.grading.build import Build
    from etude.grading.jails import JailSet
    from etude.grading.job import RunJob
    from etude.grading.languages import Language
    from etude.jail import PythonProgram, RunningProgram, RunRecord, WindowSize

logger = logging.getLogger(__name__)
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


class SpareJail:
    """A warm jail that is there before anybody asks: to open one takes thirty times as long as to start in it.

    For any thread.
    """

    def __init__(self, uid: int | None = None) -> None:
        self.uid = uid
        self._lock = threading.Lock()
        self._jail: Jail | None = None

    def take(self) -> Jail:
        """Return the jail, or one that is still to be opened."""
        with self._lock:
            jail, self._jail = self._jail, None
        return jail or self._make()

    def refill(self) -> None:
        """Have one ready for the next who asks; what fails here is told when it is started in."""
        if self._is_ready():
            return
        jail = self._make()
        try:
            jail.open()
        except (JailError, OSError) as fault:
            jail.close()
            logger.warning("no jail in advance: %s", fault)
            return
        with self._lock:
            former, self._jail = self._jail, jail
        if former is not None:  # another thread was faster
            former.close()

    def close(self) -> None:
        """End it."""
        with self._lock:
            jail, self._jail = self._jail, None
        if jail is not None:
            jail.close()

    def _is_ready(self) -> bool:
        with self._lock:
            return self._jail is not None

    def _make(self) -> Jail:
        return Jail(preload=PRELOAD, uid=self.uid)


def start_live(job: RunJob, jails: JailSet, window: WindowSize, *, cache_dir: Path, spare: SpareJail) -> Live:
    """Compile a program in `jails` and start it on a terminal, in a jail of its own; `job.stdin` is not looked at.

    Raises IsolationUnavailable when this machine cannot isolate programs at all; any other fault of ours is in what is
    returned.
    """
    language = languages.load().get(job.language)
    if language is None or not language.toolchain.state().is_available:
        return Live(compile=CompileResult(ok=False), message=unavailable(job.language), is_our_fault=True)
    with Builder(jails, cache_dir) as builder:
        build = build_twice(lambda: builder.build(language, job))
        if build.source is None:
            return Live(compile=build.result, message=build.result.message, is_our_fault=build.is_our_fault)
        files = {**build.source.files, **job.inputs}
        beside = replace(build.source, files={**files, **language.console_files(files)})
        program = with_arguments(language.run(beside, build.executable), job.arguments)
        jail = _make_jail(program, job, spare)
        try:
            running = jail.start(program, limits=jail_limits(job.limits, language), window=window)
        except (JailError, OSError) as fault:
            jail.close()
            logger.warning("a program was not started: %s", fault)
            return Live(compile=build.result, message=Message(FAULT), is_our_fault=True)
    return Live(compile=build.result, program=running, jail=jail, language=language, build=build)


def _make_jail(program: PythonProgram | ExecProgram, job: RunJob, spare: SpareJail) -> Jail:
    """Return a jail for one program alone: the kernel counts the processes of a jail together."""
    if isinstance(program, ExecProgram):
        return Jail(readable=languages.readable_paths(), uid=spare.uid)
    if not job.is_cold and job.hash_seed == 0:
        return spare.take()
    return Jail(preload=() if job.is_cold else PRELOAD, warm=not job.is_cold, hash_seed=job.hash_seed, uid=spare.uid)


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
