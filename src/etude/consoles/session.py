"""One console: a program on its terminal, what it printed, how it ended. Lives in the holder's event loop."""

from __future__ import annotations

import asyncio
import errno
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from etude.consoles import cursor, wire
from etude.consoles.pace import Pace
from etude.consoles.scrollback import Scrollback
from etude.grading.live import Live, check_late, ending_of, is_unread
from etude.grading.messages import Message, _
from etude.jail import JailError, WindowSize

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.grading.job import RunJob
    from etude.jail import RunRecord

CPU_TIME_S = 30.0
"""Computing time of one session, where the activity gives less: a game computes longer than a test."""
WALL_TIME_S = 3600.0
IDLE_S = 600.0
"""A program that neither printed nor was typed to for so long is stopped, and one that nobody looked at."""
OUTPUT_BYTES_PER_S = 64 << 10
"""A flood is slowed down to this after its burst: the program waits, nothing is lost, and the page stays alive."""
BURST_BYTES = 256 << 10
MAX_TYPED_BYTES = 256 << 10
"""What was typed and not yet read by the program."""
TAIL_BYTES = 16 << 10
_CHUNK = 1 << 16
_REASONS = {
    "stopped": _("The program was stopped."),
    "staff": _("%(name)s stopped your program."),
    "staff_why": _("%(name)s stopped your program: %(reason)s"),
    "idle": _("The program was stopped: nothing had happened in its console for %(minutes)s minutes."),
    "left": _("The program was stopped: nobody had looked at its console for %(minutes)s minutes."),
    "wall": _("The program was stopped: it had been running for %(minutes)s minutes."),
    "fault": _("The program could not be run because of a fault on our side. Try again."),
}


@dataclass(eq=False)
class Session:
    """A console. `owner` is whose it is; `ended` is called once, when nothing of the program is left.

    `is_kept`: the end of what it showed is to be told then.
    """

    key: str
    owner: int
    job: RunJob
    window: WindowSize
    ended: Callable[[Session], None]
    loop: asyncio.AbstractEventLoop
    is_kept: bool = False
    scrollback: Scrollback = field(default_factory=Scrollback)
    state: dict[str, Any] = field(default_factory=lambda: {"state": "compiling"})
    changes: int = 0
    followers: int = 0
    notices: dict[str, Any] = field(default_factory=dict)
    """What the page is told besides, in the web's own words: who looks on, what was sent to it."""
    noticed: int = 0

    def __post_init__(self) -> None:
        """Begin to count."""
        self._news: set[asyncio.Event] = set()
        self._live: Live | None = None
        self._why = ""
        self._said: dict[str, str] = {}
        self._typed = bytearray()
        self._is_reading = False
        self._answers_left = cursor.MOST_ANSWERS
        self._pace = Pace(OUTPUT_BYTES_PER_S, BURST_BYTES, BURST_BYTES, self.loop.time())
        self._active_at = self._seen_at = self.loop.time()
        self.job = with_console_limits(self.job)
        self._timer = self.loop.call_later(IDLE_S, self._look)
        self.note({})

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return bool(self.state["state"] == "ended")

    @property
    def quiet_s(self) -> int:
        """For how long nothing was printed or typed."""
        return int(self.loop.time() - self._active_at)

    def begin(self, live: Live) -> None:
        """Take over what starting gave."""
        self._live = live
        if live.program is None:
            self._finish({"why": "fault" if live.is_our_fault else "compile", "message": live.message}, live)
            return
        os.set_blocking(live.program.stdin, False)
        live.program.resize(self.window)
        self.loop.add_reader(live.program.ended, self._program_ended)
        self._resume()
        self._tell({"state": "running"})
        if self._why:
            live.program.kill()
        self._write()

    def fail(self) -> None:
        """Starting it failed, by no fault of the program's."""
        self._finish({"why": "fault", "message": None}, None)

    def type(self, data: bytes) -> bool:
        """Type into the terminal; False when too much waits to be read already."""
        if self.is_over:
            return True
        if len(self._typed) + len(data) > MAX_TYPED_BYTES:
            return False
        self._active_at = self.loop.time()
        self._typed += data
        self._write()
        return True

    def resize(self, window: WindowSize) -> None:
        """Change the size of the terminal."""
        self.window = window
        self.note(self.notices)
        if self._live is not None and self._live.program is not None and not self.is_over:
            self._live.program.resize(window)

    def note(self, notices: dict[str, Any]) -> None:
        """Tell all who look what the page is told besides, and the size of the window; whoever comes later too."""
        self.notices = {**notices, "window": [self.window.rows, self.window.columns]}
        self.noticed += 1
        self._wake()

    def stop(self, why: str = "stopped", said: dict[str, str] | None = None) -> None:
        """Kill the program with all it started, at once or as soon as it is there; `said` fills the sentence of why."""
        if self.is_over or self._why:
            return
        self._why, self._said = why, said or {}
        if self._live is not None and self._live.program is not None:
            self._live.program.kill()

    def watch(self) -> asyncio.Event:
        """Return what is set whenever something happens, until `unwatch`."""
        event = asyncio.Event()
        self._news.add(event)
        self.followers += 1
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        """Look no more."""
        self._news.discard(event)
        self.followers -= 1
        self._seen_at = self.loop.time()

    def _tell(self, state: dict[str, Any]) -> None:
        self.state = state
        self.changes += 1
        self._wake()

    def _wake(self) -> None:
        for event in self._news:
            event.set()

    def _look(self) -> None:
        """End what nobody uses."""
        now = self.loop.time()
        if self.followers:
            self._seen_at = now
        left_s = min(self._active_at, self._seen_at) + IDLE_S - now
        if left_s <= 0:
            self.stop("idle" if self._active_at <= self._seen_at else "left")
            left_s = IDLE_S
        self._timer = self.loop.call_later(left_s, self._look)

    def _resume(self) -> None:
        if self._live is None or self._live.program is None or self.is_over or self._is_reading:
            return
        self._is_reading = True
        self.loop.add_reader(self._live.program.stdin, self._read)

    def _pause(self) -> None:
        if self._is_reading and self._live is not None and self._live.program is not None:
            self.loop.remove_reader(self._live.program.stdin)
        self._is_reading = False

    def _read(self) -> None:
        data = self._read_chunk()
        if not data:
            self._pause()
            return
        self.scrollback.add(data)
        self._active_at = self.loop.time()
        self._wake()
        self._answer_query(data)
        wait_s = self._pace.take(len(data), self.loop.time())
        if wait_s:
            self._pause()
            self.loop.call_later(wait_s, self._resume)

    def _answer_query(self, data: bytes) -> None:
        """Tell a runtime that must know it where its cursor stands (see cursor.py): no other program, nothing else."""
        asks = self._live is not None and self._live.language is not None and self._live.language.asks_for_cursor
        if asks and self._answers_left and cursor.QUERY in data:
            self._answers_left -= 1
            before = self.scrollback.tail(TAIL_BYTES).rpartition(cursor.QUERY)[0]
            self.type(cursor.answer(before, self.window))

    def _read_chunk(self) -> bytes:
        """Return what can be read now; empty at the end, or when there is nothing."""
        assert self._live is not None
        assert self._live.program is not None
        try:
            return os.read(self._live.program.stdin, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno != errno.EIO:  # every end of the terminal but ours is closed
                raise
            return b""

    def _write(self) -> None:
        if self._live is None or self._live.program is None or self.is_over:
            return
        descriptor = self._live.program.stdin
        self.loop.remove_writer(descriptor)
        try:
            while self._typed:
                del self._typed[: os.write(descriptor, self._typed)]
        except BlockingIOError:
            self.loop.add_writer(descriptor, self._write)
        except OSError:
            self._typed.clear()  # it has just ended

    def _program_ended(self) -> None:
        """The program has ended, with all it started: show the rest of what it printed, then how it ended."""
        live = self._live
        assert live is not None
        assert live.program is not None
        self.loop.remove_reader(live.program.ended)
        self.loop.remove_writer(live.program.stdin)
        self._pause()
        while data := self._read_chunk():
            self.scrollback.add(data)
        try:
            record = live.program.wait()
        except JailError:
            self._finish({"why": "fault", "message": None}, live)
            return
        self._ending = self.loop.create_task(self._conclude(live, record))

    async def _conclude(self, live: Live, record: RunRecord) -> None:
        """Say how it ended: as a compiler would, if it was no program."""
        if is_unread(live, record):
            live = await self.loop.run_in_executor(None, check_late, live)
        if not live.compile.ok:
            self._finish({"why": "compile", "message": live.compile.message}, live)
            return
        message, limit = ending_of(live, self.job, record, self.scrollback.tail(TAIL_BYTES))
        why = self._why or limit or ("wall" if record.wall_exceeded else "ended")
        self._finish(
            {
                "why": why,
                "message": message,
                "exit_code": record.exit_code,
                "signal": record.signal,
                "cpu_ms": round(record.cpu_us / 1000, 1),
                "wall_ms": round(record.wall_us / 1000),
            },
            live,
        )

    def _finish(self, end: dict[str, Any], live: Live | None) -> None:
        self._timer.cancel()
        said = end["message"]
        if end["why"] in _REASONS and not (end["why"] == "fault" and said):
            minutes = round((WALL_TIME_S if end["why"] == "wall" else IDLE_S) / 60)
            reason = "staff_why" if self._said.get("reason") else end["why"]
            said = Message(_REASONS[reason], {"minutes": minutes, **self._said})
        compiled = wire.compile_document(live.compile) if live is not None else None
        self._tell({"state": "ended", **end, "message": wire.message_document(said), "compile": compiled})
        if live is not None:
            self.loop.run_in_executor(None, live.close)  # waits for the jail's end
        self._live = None
        self._typed.clear()
        self.ended(self)


def with_console_limits(job: RunJob) -> RunJob:
    """Return the job with the times of a console: people think longer than tests."""
    cpu_time_s = max(job.limits.cpu_time_s, CPU_TIME_S)
    return replace(job, limits=replace(job.limits, cpu_time_s=cpu_time_s, wall_time_s=WALL_TIME_S))
