"""Each call that beginners make of a console, on a terminal of the jail: what is typed, what the program makes of it.

docs/reference/console-calls.md is the table of these tests.
"""

from __future__ import annotations

import errno
import os
import select
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from etude.consoles import cursor
from etude.grading import languages
from etude.grading.jails import JailSet
from etude.grading.job import Limits, RunJob
from etude.grading.live import ConsoleJails, start_live
from etude.jail import WindowSize
from tests.house.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs" / "reference" / "console-calls.md"
WINDOW = WindowSize(rows=30, columns=100)
PATIENCE_S = 20.0
READY = "\x1b[6n"
"""Mono has taken over the terminal and asked for the cursor; what is typed earlier it may lose."""


@dataclass(frozen=True)
class Talk:
    """What is typed once the program has shown something, and what it then has shown in all."""

    program: str
    shows: tuple[str, ...]
    typed: tuple[tuple[str, str], ...] = ()


def csharp(body: str) -> str:
    return f"using System;\nclass Program {{ static void Main() {{ {body} }} }}"


def c(body: str, header: str = "") -> str:
    return (
        f"#define _GNU_SOURCE\n#include <stdio.h>\n#include <stdlib.h>\n{header}\nint main(void) {{ {body} return 0; }}"
    )


def cpp(body: str) -> str:
    return f"#include <iostream>\n#include <string>\nint main() {{ {body} }}"


def java(body: str) -> str:
    return f"import java.util.*;\nclass Main {{ public static void main(String[] args) {{ {body} }} }}"


TALKS: dict[str, Talk] = {
    "csharp-Console.Write": Talk(
        csharp('Console.Write("Nom ? "); Console.ReadLine();'), ("Nom ? ",), ((READY, "Zoé\r"),)
    ),
    "csharp-Console.WriteLine": Talk(csharp('Console.WriteLine("été");'), ("été\r\n",)),
    "csharp-Console.Read": Talk(
        csharp('Console.ReadLine(); Console.Write(">"); Console.Write("<{0}>", (char) Console.Read());'),
        ("<é>",),
        ((READY, "x\r"), (">", "é\r")),
    ),
    "csharp-Console.ReadLine": Talk(
        csharp('Console.Write(">"); Console.Write("<{0}>", Console.ReadLine());'), ("<Zoé>",), ((READY, "Zoé\r"),)
    ),
    "csharp-Console.ReadKey": Talk(
        csharp('Console.Write(">"); var key = Console.ReadKey(true); Console.Write("<{0}>", key.Key);'),
        ("<UpArrow>",),
        ((READY, "\x1bOA"),),
    ),
    "csharp-Console.Clear": Talk(
        csharp('Console.Write("one"); Console.Clear(); Console.Write("two");'), ("\x1b[H\x1b[2J", "two")
    ),
    "csharp-Console.SetCursorPosition": Talk(
        csharp('Console.SetCursorPosition(4, 2); Console.Write("here");'), ("\x1b[3;5H", "here")
    ),
    "csharp-Console.ForegroundColor": Talk(
        csharp('Console.ForegroundColor = ConsoleColor.Red; Console.Write("red"); Console.ResetColor();'),
        ("\x1b[91mred",),
    ),
    "csharp-Console.BackgroundColor": Talk(
        csharp('Console.BackgroundColor = ConsoleColor.Blue; Console.Write("blue"); Console.ResetColor();'), ("blue",)
    ),
    "csharp-Console.WindowWidth": Talk(csharp('Console.Write("<{0}>", Console.WindowWidth);'), ("<100>",)),
    "c-scanf": Talk(c('int n; printf(">"); scanf("%d", &n); printf("<%d>", n * 2);'), ("<42>",), ((">", "21\r"),)),
    "c-getline": Talk(
        c('char *line = NULL; size_t size = 0; printf(">"); getline(&line, &size, stdin); printf("<%s>", line);'),
        ("<Zoé\r\n>",),
        ((">", "Zoé\r"),),
    ),
    "cpp-std::cin": Talk(
        cpp('int n; std::cout << ">"; std::cin >> n; std::cout << "<" << n * 2 << ">";'), ("<42>",), ((">", "21\r"),)
    ),
    "cpp-std::getline": Talk(
        cpp('std::string line; std::cout << ">"; std::getline(std::cin, line); std::cout << "<" << line << ">";'),
        ("<Zoé Du>",),
        ((">", "Zoé Du\r"),),
    ),
    "python-input": Talk("print(f'<{input('>')}>')".replace("'>'", '">"'), ("<Zoé>",), ((">", "Zoé\r"),)),
    "python-getpass": Talk(
        "import getpass\nprint(f'<{len(getpass.getpass())}>')", ("Password: \r\n<6>",), (("Password: ", "secret\r"),)
    ),
    "python-curses": Talk(
        "import curses\ndef game(screen):\n    screen.addstr(2, 4, 'x')\n    key = screen.getch()\n"
        "    screen.addstr(3, 4, f'<{key}>')\n    screen.refresh()\n    screen.getch()\ncurses.wrapper(game)\n"
        "print('over')",
        ("<97>", "over"),
        (("x", "a"), ("<97>", "q")),
    ),
    "python-turtle": Talk(
        "import turtle\nturtle.forward(10)\nprint('over')\nturtle.done()",
        ('\x1b_turtle:["line",0,0.0,0.0,10.0,0.0,1.0,"black"]\x1b\\', "over"),
    ),
    "java-Scanner": Talk(
        java('System.out.print(">"); System.out.print("<" + new Scanner(System.in).nextInt() * 2 + ">");'),
        ("<42>",),
        ((">", "21\r"),),
    ),
    "javascript-readline": Talk(
        "const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout });\n"
        "rl.question('Nom ? ', (name) => { console.log(`<${name}>`); rl.close(); });",
        ("<Zoé>",),
        (("Nom ? ", "Zoé\r"),),
    ),
    "shell-read": Talk('read -r -p "Nom ? " nom; echo "<$nom>"', ("<Zoé>",), (("Nom ? ", "Zoé\r"),)),
}


@pytest.fixture(scope="module")
def jails() -> Iterator[JailSet]:
    with JailSet() as jails:
        yield jails


def test_the_page_lists_exactly_these_calls() -> None:
    rows = PAGE.read_text(encoding="utf-8").split("|---|---|\n")[1].split("\n\n")[0]

    assert [row.split("`")[-2] for row in rows.splitlines()] == list(TALKS)


@pytest.mark.long
@pytest.mark.parametrize("call", TALKS)
def test_call_does_what_it_does_in_a_terminal(call: str, jails: JailSet, tmp_path: Path) -> None:
    language, talk = call.partition("-")[0], TALKS[call]
    job = RunJob(
        language=language,
        files={languages.load()[language].source_name: talk.program.encode()},
        limits=Limits(cpu_time_s=10.0, wall_time_s=30.0),
    )

    shown = _talk(job, talk, jails, tmp_path)

    assert not [text for text in talk.shows if text not in shown], shown


def _talk(job: RunJob, talk: Talk, jails: JailSet, cache_dir: Path) -> str:
    consoles = ConsoleJails()
    live = start_live(job, jails, WINDOW, cache_dir=cache_dir, consoles=consoles)
    try:
        assert live.program is not None, live.compile.output
        shown = b""
        for wanted, typed in talk.typed:
            shown = _read(live.program.stdin, shown, until=wanted.encode())
            os.write(live.program.stdin, typed.encode())
        return _read(live.program.stdin, shown, until=None).decode()
    finally:
        live.close()
        consoles.close()


def _read(terminal: int, shown: bytes, *, until: bytes | None) -> bytes:
    """Read on until a text has been shown, or to the end."""
    while until is None or until not in shown:
        ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
        assert ready, shown
        try:
            data = os.read(terminal, 4096)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return shown
        shown += data
        if cursor.QUERY in data:  # as the holder does
            os.write(terminal, cursor.answer(shown.rpartition(cursor.QUERY)[0], WINDOW))
    return shown
