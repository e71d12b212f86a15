"""What a session answers a program by itself: the place of the cursor, to a runtime that must know it; nothing else."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.consoles import cursor
from etude.consoles.session import Session
from etude.grading import languages
from etude.grading.job import RunJob
from etude.grading.live import Live
from etude.grading.verdict import CompileResult
from etude.jail import WindowSize

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW = WindowSize(rows=24, columns=80)


@dataclass
class Program:
    """A program's end of a terminal, without a program."""

    stdin: int
    ended: int

    def resize(self, window: WindowSize) -> None:
        """Nobody looks."""


async def _typed_after(language: str, printed: Sequence[bytes]) -> bytes:
    """Print, then type `end`; everything that the program could then read."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    ended, never = os.pipe()
    job = RunJob(language=language, files={"main": b""})
    session = Session("key", 1, job, WINDOW, lambda _session: None, loop)
    program = Program(stdin=ours.fileno(), ended=ended)
    session.begin(Live(compile=CompileResult(ok=True), program=program, language=languages.load()[language]))  # type: ignore[arg-type]
    news = session.watch()
    for one in printed:
        place = session.scrollback.end
        await loop.sock_sendall(theirs, one)
        while session.scrollback.end < place + len(one):
            await news.wait()
            news.clear()
    session.type(b"end")
    typed = b""
    while not typed.endswith(b"end"):
        typed += await loop.sock_recv(theirs, 4096)
    session._pause()
    session._timer.cancel()
    loop.remove_reader(ended)
    ours.close()
    theirs.close()
    os.close(ended)
    os.close(never)
    return typed


def test_a_runtime_that_waits_for_the_cursors_place_is_told_it() -> None:
    typed = asyncio.run(_typed_after("csharp", [b"Nom ?\r\nab\x1b[6n"]))

    assert typed == b"\x1b[2;3Rend"


def test_no_other_language_and_no_other_question_is_answered() -> None:
    silent = [
        asyncio.run(_typed_after("python", [b"ab\x1b[6n"])),
        asyncio.run(_typed_after("csharp", [b"\x1b[c\x1b[5n\x1b[?6n\x1b]11;?\x07\x1b[18t\x05"])),
    ]

    assert silent == [b"end", b"end"]


def test_a_program_that_asks_without_end_is_answered_a_few_times() -> None:
    typed = asyncio.run(_typed_after("csharp", [cursor.QUERY] * 40))

    assert typed == b"\x1b[1;1R" * cursor.MOST_ANSWERS + b"end"
