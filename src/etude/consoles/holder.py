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
import resource
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from etude.consoles import wire
from etude.consoles.asking import read_question
from etude.consoles.following import LineViewer, follow
from etude.consoles.scrollback import KEPT_BYTES, Scrollback
from etude.consoles.session import Session
from etude.consoles.stage import MAX_ONLOOKERS, Stage, Stages
from etude.consoles.tickets import Tickets
from etude.consoles.web_socket import LONGEST_S, WebSocketViewer
from etude.grading.errors import JobError
from etude.grading.jail_pool import JailPool
from etude.grading.live import ConsoleJails, Live, start_live
from etude.jail import JailError, WindowSize

if TYPE_CHECKING:
    from collections.abc import Coroutine

COMPILERS = 2
"""How many programs are compiled or started at the same time."""
MAX_SESSIONS = 200
MAX_OWN_SESSIONS = 3
"""Of one person, that have not ended."""
MAX_FOLLOWERS = 16
"""Of one session at the same time."""
ACCEPT_AGAIN_S = 0.5
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
        self._stages = Stages(asyncio.get_running_loop(), self._note_stage_end)
        self._jails = ConsoleJails(self._uid)
        self._pool = JailPool(COMPILERS, uid=self._uid)
        self._threads = ThreadPoolExecutor(COMPILERS, thread_name_prefix="compile")
        self._threads.submit(self._jails.refill)
        self._loop = asyncio.get_running_loop()
        self._tickets = Tickets()
        self._tasks: set[asyncio.Task[None]] = set()

    async def attend(self, connection: socket.socket) -> None:
        """Do what one connection asks for."""
        with connection:
            try:
                asked, handed = await read_question(connection)
                await self._do(asked, handed, connection)
            except (ValueError, KeyError, TypeError, JobError) as error:
                sys.stderr.write(f"not understood: {error!r}\n")
            except (OSError, TimeoutError):
                return  # whoever asked has gone

    async def _do(self, asked: dict[str, Any], handed: socket.socket | None, connection: socket.socket) -> None:
        if handed is not None:
            with handed:
                await self._hold_socket(asked, handed, connection)
        elif asked["do"] == "follow":
            await self._follow(asked, connection)
        else:
            await self._loop.sock_sendall(connection, wire.line(self._answer(asked)))

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "open":
            return self._open(asked)
        if asked["do"] == "states":
            return {"states": self._states(asked["keys"])}
        if asked["do"] == "stage":
            return self._stages.open(asked["key"], self._sessions.get(asked["session"])).state
        screen = self._find(asked["key"])
        return {"refused": "gone"} if screen is None else self._answer_of(screen, asked)

    def _answer_of(self, screen: Session | Stage, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "ticket":
            return {"ticket": self._tickets.give(asked["key"], asked["user"], self._loop.time())}
        if isinstance(screen, Session):
            return self._act(screen, asked)
        answer = self._stages.act(screen, asked)
        self._rest()
        return answer

    def _find(self, key: str) -> Session | Stage | None:
        """Return what can be looked at by this name."""
        return self._sessions.get(key) or self._stages.find(key)

    def _act(self, session: Session, asked: dict[str, Any]) -> dict[str, Any]:
        match asked["do"]:
            case "state":
                return session.state
            case "stop":
                session.stop(asked.get("why", "stopped"), asked.get("said"))
            case "note":
                session.note(asked["notices"])
            case "size":
                session.resize(WindowSize(rows=asked["rows"], columns=asked["columns"]))
            case _ if not session.type(asked["text"].encode("utf-8", "replace")):
                return {"refused": "typed"}
        return {"state": session.state["state"]}

    def _states(self, keys: list[str]) -> dict[str, Any]:
        found = {key: self._sessions[key] for key in keys if key in self._sessions}
        return {key: {"state": one.state["state"], "quiet_s": one.quiet_s} for key, one in found.items()}

    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        living = [one for one in self._sessions.values() if not one.is_over]
        if len(living) >= MAX_SESSIONS:
            return {"refused": "full"}
        if sum(one.owner == asked["owner"] for one in living) >= MAX_OWN_SESSIONS:
            return {"refused": "many"}
        stage = self._stages.find(asked.get("stage"))
        session = Session(
            key=asked["key"],
            owner=asked["owner"],
            job=wire.read_job(asked["job"]),
            window=WindowSize(rows=asked["rows"], columns=asked["columns"]),
            ended=self._note_end,
            is_kept=asked.get("is_kept", False),
            loop=self._loop,
            scrollback=Scrollback(first=stage.next_place if stage is not None else 0),
        )
        self._sessions[session.key] = session
        if stage is not None:
            stage.attach(session)
        self._do_beside(self._start(session))
        return {"state": "compiling"}

    def _do_beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def listen(self, listener: socket.socket) -> None:
        """Attend to whoever connects, for ever."""
        while True:
            try:
                connection, _address = await self._loop.sock_accept(listener)
            except OSError:  # out of descriptors, for one
                await asyncio.sleep(ACCEPT_AGAIN_S)
            else:
                self._do_beside(self.attend(connection))

    async def _start(self, session: Session) -> None:
        start = partial(self._start_in_thread, session)
        try:
            session.begin(await self._loop.run_in_executor(self._threads, start))
        except (JailError, JobError, OSError, ValueError) as error:
            sys.stderr.write(f"not started: {error}\n")
            session.fail()
            return
        await self._loop.run_in_executor(self._threads, self._jails.refill)

    def _start_in_thread(self, session: Session) -> Live:
        with self._pool.borrow() as jails:
            return start_live(session.job, jails, session.window, cache_dir=self._cache, consoles=self._jails)

    async def _follow(self, asked: dict[str, Any], connection: socket.socket) -> None:
        """Send what was printed after a place, then whatever happens, until the end or until nobody listens."""
        screen = self._find(asked["key"])
        if screen is None:
            await self._loop.sock_sendall(connection, wire.line({"refused": "gone"}))
            return
        reader, writer = await asyncio.open_unix_connection(sock=connection.dup())  # theirs to close
        try:
            await follow(screen, int(asked["after"]), LineViewer(reader, writer))
            await writer.drain()
        finally:
            writer.close()

    async def _hold_socket(self, asked: dict[str, Any], handed: socket.socket, connection: socket.socket) -> None:
        """Take over the connection of a browser that shows a ticket, and let its page look on."""
        screen = self._find(asked["key"])
        refused = "gone" if screen is None else ""
        if not self._tickets.take(asked["ticket"], asked["key"], asked["user"], self._loop.time()):
            refused = refused or "ticket"
        elif screen is not None and screen.followers >= _most_followers(screen):
            refused = "many"
        await self._loop.sock_sendall(connection, wire.line({"refused": refused} if refused else {"state": "held"}))
        connection.close()
        if screen is None or refused:
            return
        reader, writer = await asyncio.open_connection(sock=handed.dup())
        try:
            viewer = WebSocketViewer(screen if isinstance(screen, Session) else None, reader, writer)
            await self._show(screen, viewer, asked["head"].encode("latin-1"), int(asked["after"]))
        finally:
            writer.transport.abort()

    async def _show(self, screen: Session | Stage, viewer: WebSocketViewer, head: bytes, place: int) -> None:
        is_over = True
        try:
            if viewer.open(head, place):
                async with asyncio.timeout(LONGEST_S):
                    await follow(screen, place, viewer)
        except TimeoutError:
            is_over = False
        await viewer.close(is_over=is_over)

    def _note_end(self, session: Session) -> None:
        end = session.end
        numbers = {name: end.get(name) for name in ("why", "exit_code", "signal", "cpu_ms")}
        if session.is_kept:
            numbers["output"] = wire.pack(session.printed(KEPT_BYTES))
            numbers["is_whole"] = session.scrollback.end <= KEPT_BYTES
        sys.stdout.write(json.dumps({"key": session.key, **numbers}) + "\n")
        sys.stdout.flush()
        self._loop.call_later(self._kept_s, self._forget, session.key)

    def _forget(self, key: str) -> None:
        del self._sessions[key]
        self._rest()

    def _note_stage_end(self, stage: Stage, why: str) -> None:
        sys.stdout.write(json.dumps({"stage": stage.key, "why": why, "most_followers": stage.most_followers}) + "\n")
        sys.stdout.flush()
        self._rest()

    def _rest(self) -> None:
        """End with the last thing that can be looked at."""
        if not self._sessions and not self._stages:
            self.over.set()


def _most_followers(screen: Session | Stage) -> int:
    return MAX_ONLOOKERS if isinstance(screen, Stage) else MAX_FOLLOWERS


async def hold(settings: dict[str, Any], listener: socket.socket) -> None:
    """Hold terminals until standard input ends, or until there is none left."""
    loop = asyncio.get_running_loop()
    holder = Holder(settings)
    loop.add_reader(0, holder.over.set)
    listening = loop.create_task(holder.listen(listener))
    await holder.over.wait()
    listening.cancel()


def main(settings: dict[str, Any]) -> NoReturn:
    """Hold terminals behind the socket that is listened on already."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each session takes eight descriptors
    listener = socket.socket(fileno=settings["listener"])
    listener.setblocking(False)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(hold(settings, listener))
    os._exit(0)  # every jail ends with us: nothing need be waited for


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
