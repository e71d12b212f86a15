"""The process that holds all terminals of a worker: an event loop, two threads that compile, no thread per session.

Started by the worker as `python -m etude.consoles.holder SETTINGS` (JSON), with a listening socket. It ends, and every
program with it, when its standard input ends, that is with the worker; and by itself once its last session is
forgotten. On standard output it tells each session that ended, as a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from etude.consoles import wire
from etude.consoles.session import Session
from etude.grading.errors import JobError
from etude.grading.jail_pool import JailPool
from etude.grading.live import Live, start_live
from etude.jail import JailError, WindowSize

COMPILERS = 2
"""How many programs are compiled or started at the same time."""
MAX_SESSIONS = 120
MAX_OWN_SESSIONS = 3
"""Of one person, that have not ended."""
GATHERED_BYTES, GATHER_S = 1024, 0.05
"""More than this at once is a flood: the next piece is gathered for so long, so that a page gets few large ones."""
KEPT_S = 600.0
"""How long the last screen of a session that ended can be looked at."""


class Holder:
    """All sessions, and what can be asked about them."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.over = asyncio.Event()
        self._cache = Path(settings["cache"])
        self._uid: int | None = settings["uid"]
        self._kept_s = float(settings.get("kept_s", KEPT_S))
        self._sessions: dict[str, Session] = {}
        self._pool = JailPool(COMPILERS, uid=self._uid)
        self._threads = ThreadPoolExecutor(COMPILERS, thread_name_prefix="compile")
        self._loop = asyncio.get_running_loop()
        self._starting: set[asyncio.Task[None]] = set()

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do what one connection asks for."""
        try:
            asked = json.loads(await reader.readline())
            if asked["do"] == "follow":
                await self._follow(asked, reader, writer)
            else:
                writer.write(wire.line(self._answer(asked)))
                await writer.drain()
        except (ValueError, KeyError, TypeError, JobError) as error:
            sys.stderr.write(f"not understood: {error!r}\n")
        except ConnectionError:
            return  # whoever asked has gone
        finally:
            writer.close()

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "open":
            return self._open(asked)
        session = self._sessions.get(asked["key"])
        if session is None:
            return {"refused": "gone"}
        if asked["do"] == "stop":
            session.stop()
        elif asked["do"] == "size":
            session.resize(WindowSize(rows=asked["rows"], columns=asked["columns"]))
        elif not session.type(asked["text"].encode("utf-8", "replace")):
            return {"refused": "typed"}
        return {"state": session.state["state"]}

    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        living = [one for one in self._sessions.values() if not one.is_over]
        if len(living) >= MAX_SESSIONS:
            return {"refused": "full"}
        if sum(one.owner == asked["owner"] for one in living) >= MAX_OWN_SESSIONS:
            return {"refused": "many"}
        session = Session(
            key=asked["key"],
            owner=asked["owner"],
            job=wire.read_job(asked["job"]),
            window=WindowSize(rows=asked["rows"], columns=asked["columns"]),
            ended=self._note_end,
            loop=self._loop,
        )
        self._sessions[session.key] = session
        task = self._loop.create_task(self._start(session))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)
        return {"state": "compiling"}

    async def _start(self, session: Session) -> None:
        start = partial(self._start_in_thread, session)
        try:
            session.begin(await self._loop.run_in_executor(self._threads, start))
        except (JailError, JobError, OSError, ValueError) as error:
            sys.stderr.write(f"not started: {error}\n")
            session.fail()

    def _start_in_thread(self, session: Session) -> Live:
        with self._pool.borrow() as jails:
            return start_live(session.job, jails, session.window, cache_dir=self._cache, uid=self._uid)

    async def _follow(self, asked: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send what was printed after a place, then whatever happens, until the end or until nobody listens."""
        session = self._sessions.get(asked["key"])
        if session is None:
            writer.write(wire.line({"refused": "gone"}))
            return
        news = session.watch()
        hung_up = asyncio.ensure_future(reader.read())
        try:
            await self._send_all(session, int(asked["after"]), writer, news, hung_up)
        finally:
            hung_up.cancel()
            session.unwatch(news)

    async def _send_all(
        self,
        session: Session,
        place: int,
        writer: asyncio.StreamWriter,
        news: asyncio.Event,
        hung_up: asyncio.Future[bytes],
    ) -> None:
        told = -1
        while not hung_up.done():
            news.clear()
            state, changes = session.state, session.changes
            data = b""
            if place != session.scrollback.end:
                data, is_whole = session.scrollback.after(place)
                place = session.scrollback.end
                writer.write(wire.line({"output": wire.pack(data), "is_whole": is_whole, "place": place}))
            if told != changes:
                told = changes
                writer.write(wire.line(state))
            await writer.drain()  # a reader that does not read is waited for; what it misses meanwhile is dropped
            if state["state"] == "ended" and place == session.scrollback.end:
                return
            if len(data) > GATHERED_BYTES:
                await asyncio.sleep(GATHER_S)
            waiting = asyncio.ensure_future(news.wait())
            await asyncio.wait((waiting, hung_up), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

    def _note_end(self, session: Session) -> None:
        end = session.state
        numbers = {name: end.get(name) for name in ("why", "exit_code", "signal", "cpu_ms")}
        sys.stdout.write(json.dumps({"key": session.key, **numbers}) + "\n")
        sys.stdout.flush()
        self._loop.call_later(self._kept_s, self._forget, session.key)

    def _forget(self, key: str) -> None:
        del self._sessions[key]
        if not self._sessions:
            self.over.set()


async def hold(settings: dict[str, Any], listener: socket.socket) -> None:
    """Hold terminals until standard input ends, or until there is none left."""
    loop = asyncio.get_running_loop()
    holder = Holder(settings)
    loop.add_reader(0, holder.over.set)
    await asyncio.start_unix_server(holder.attend, sock=listener, limit=wire.MAX_LINE_BYTES)
    await holder.over.wait()


def main(settings: dict[str, Any]) -> NoReturn:
    """Hold terminals behind the socket that is listened on already."""
    listener = socket.socket(fileno=settings["listener"])
    listener.setblocking(False)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(hold(settings, listener))
    os._exit(0)  # every jail ends with us: nothing need be waited for


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
