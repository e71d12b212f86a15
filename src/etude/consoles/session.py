"""One console: a program on its terminal, what it printed, how it ended. Lives in the holder's event loop."""

from __future__ import annotations

import asyncio
import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from etude.consoles import cursor, endings, wire
from etude.consoles.gate import Gate
from etude.consoles.limits import BURST_BYTES, MAX_TYPED_BYTES, OUTPUT_BYTES_PER_S, WALL_TIME_S, with_console_limits
from etude.consoles.pace import Pace
from etude.consoles.scrollback import Scrollback
from etude.grading.live import Live, check_late, ending_of, is_unread
from etude.jail import JailError, WindowSize

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.grading.job import RunJob
    from etude.jail import RunRecord

IDLE_S = 600.0
"""A program that neither printed nor was typed to for so long is stopped, and one that nobody looked at."""
TAIL_BYTES = 16 << 10
_CHUNK = 1 << 16


@dataclass(eq=False)
class Session:
    """A console. `owner` is whose it is; `ended` is called once, when nothing of the program is left.

    `is_kept`: the end of what it showed is to be told then. `gate`: how fast what was printed is shown. `on_news` is
    called whenever something happens, where a class is shown it. `end`: how it ended; told once everything is shown.
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
    gate: Gate = field(default_factory=Gate)
    on_news: Callable[[], None] | None = None
    end: dict[str, Any] = field(default_factory=dict)

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
        self._next_line: asyncio.TimerHandle | None = None
        self.note({})

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return bool(self.end)

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
        if self.is_over:
            self._show_rest()
        if self.is_over or self._why:
            return
        self._why, self._said = why, said or {}
        if self._live is not None and self._live.program is not None:
            self._live.program.kill()

    def printed(self, size: int) -> bytes:
        """Return the last bytes that the program printed, shown or not, at most `size`."""
        return (self.scrollback.tail(size) + self.gate.held)[-size:]

    def show(self) -> None:
        """Show what the gate lets through now, and what it lets through later when it does."""
        if self._next_line is not None:
            self._next_line.cancel()
        data, wait_s = self.gate.take(self.loop.time())
        self._next_line = None if wait_s is None else self.loop.call_later(wait_s, self.show)
        if data:
            self.scrollback.add(data)
            self._active_at = self.loop.time()
            self._wake()
        if not self.gate.is_full:
            self._resume()
        self._tell_end()

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
        if self.on_news is not None:
            self.on_news()

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
        self._active_at = self.loop.time()
        self.gate.add(data)
        self.show()
        self._answer_query(data)
        if self.gate.is_full:
            self._pause()  # until lines are let through
            return
        wait_s = self._pace.take(len(data), self.loop.time())
        if wait_s:
            self._pause()
            self.loop.call_later(wait_s, self._resume)

    def _answer_query(self, data: bytes) -> None:
        """Tell a runtime that must know it where its cursor stands (see cursor.py): no other program, nothing else."""
        asks = self._live is not None and self._live.language is not None and self._live.language.asks_for_cursor
        if asks and self._answers_left and cursor.QUERY in data:
            self._answers_left -= 1
            before = self.printed(TAIL_BYTES).rpartition(cursor.QUERY)[0]
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
            self.gate.add(data)
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
        ending = ending_of(live, self.job, record, self.printed(TAIL_BYTES))
        self._finish(endings.numbers(record, ending, self._why), live)

    def _finish(self, end: dict[str, Any], live: Live | None) -> None:
        self._timer.cancel()
        minutes = round((WALL_TIME_S if end["why"] == "wall" else IDLE_S) / 60)
        said = endings.sentence(end["why"], end["message"], minutes=minutes, said=self._said)
        compiled = wire.compile_document(live.compile) if live is not None else None
        self.end = {"state": "ended", **end, "message": wire.message_document(said), "compile": compiled}
        if live is not None:
            self.loop.run_in_executor(None, live.close)  # waits for the jail's end
        self._live = None
        self._typed.clear()
        if self._why:
            self._show_rest()  # who stops a program does not wait for its lines
        self.show()
        self.ended(self)

    def _show_rest(self) -> None:
        self.scrollback.add(self.gate.drain())
        self._tell_end()

    def _tell_end(self) -> None:
        if self.end and self.state is not self.end and not self.gate.held:
            self._tell(self.end)
