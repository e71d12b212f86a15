"""Programs in the live console: a terminal in the page, the program in the jail."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.bench import VERDICT_MS, write
from tests.installation import wait_for
from tests.proxy import blocking, is_stream, is_web_socket

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.e2e.conftest import Watch
    from tests.e2e.school import School

pytestmark = pytest.mark.browser

ASKS = {
    "cpp": """#include <iostream>
int main() {
    std::string nom;
    std::cout << "Nom ? ";
    std::cin >> nom;
    std::cout << "Bonjour, \\x1b[31m" << nom << "\\x1b[0m !" << std::endl;
}
""",
    "python": 'nom = input("Nom ? ")\nprint(f"Bonjour, \\x1b[31m{nom}\\x1b[0m !")\n',
}
RUN = {"cpp": "#run", "python": "#run-server"}
# Everything that makes a terminal answer, a title, a link, the clipboard; then what came back as if it had been typed.
CURIOUS = r"""
import select, sys, termios, tty
asked = ["\x1b[c", "\x1b[>c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?15n", "\x1b[18t", "\x1b[21t", "\x1bZ",
         "\x05", "\x1b[?25$p", "\x1b[4$p", "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1b[>q", "\x1b[x", "\x1b[?u",
         "\x1b]10;?\x07", "\x1b]11;?\x07", "\x1b]4;1;?\x07", "\x1b]52;c;?\x07", "\x1b]52;c;dm9sw6k=\x07",
         "\x1b]0;volé\x07", "\x1b]8;;https://example.org\x07lien\x1b]8;;\x07", "\x1b[?996n", "\x1b[?1;1;0S"]
before = termios.tcgetattr(0)
tty.setraw(0)
sys.stdout.write("".join(asked) + "\r\nprêt\r\n")
sys.stdout.flush()
got = ""
while "fin" not in got:
    got += sys.stdin.read(1)
termios.tcsetattr(0, termios.TCSADRAIN, before)
print("reçu", ascii(got), flush=True)
while True: pass
"""


def screen(page: Page) -> Locator:
    return page.frame_locator("#terminal").locator(".xterm-rows")


def shows(page: Page, text: str) -> None:
    """Wait until the terminal shows a text; the first program of a language is compiled, perhaps beside other work."""
    expect(screen(page)).to_contain_text(text, timeout=VERDICT_MS)


@pytest.fixture(autouse=True)
def worker(school: School) -> None:
    """A worker that is ready: it may still be coming up when the first test begins."""

    def is_ready() -> bool:
        with closing(sqlite3.connect(f"file:{school.site.data}/etude.db?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM worker_state WHERE tier = 'full'").fetchone()[0] > 0

    wait_for(is_ready, "a worker")


@pytest.mark.parametrize("language", ["python", "cpp"])
def test_program_asks_and_is_answered_in_the_terminal(
    open_page: Callable[..., Page], school: School, student: str, language: str
) -> None:
    page = open_page(f"{school.path('hello')}?language={language}", student)
    write(page, ASKS[language])

    page.click(RUN[language])
    shows(page, "Nom ?")
    page.keyboard.type("Zoé")
    page.keyboard.press("Enter")

    shows(page, "Bonjour, Zoé !")
    expect(page.locator("#status")).to_contain_text("Terminé sur le serveur")


def test_terminal_answers_nothing_is_found_again_interrupted_and_left_with_the_keyboard(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student)
    write(page, CURIOUS)
    page.click("#run-server")
    shows(page, "prêt")

    page.reload()
    page.wait_for_selector("html[data-ready]")
    shows(page, "prêt")
    page.frame_locator("#terminal").locator(".xterm-screen").click()
    page.keyboard.type("fin")
    shows(page, "reçu 'fin'")
    page.keyboard.press("Control+c")
    expect(page.locator("#status")).to_contain_text("Vous avez arrêté le programme avec Ctrl-C.")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")

    assert "volé" not in page.title()
    assert page.evaluate("document.activeElement.id") != "terminal"


@pytest.mark.long
def test_stop_ends_an_endless_flood_on_a_phone(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student, width=360, theme="dark")
    write(page, "while True: print('encore')")
    page.click("#run-server")
    shows(page, "encore")

    page.click("#stop")

    expect(page.locator("#status")).to_contain_text("Le programme a été arrêté.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.long
@pytest.mark.parametrize("blocked", ["streams", "web sockets"])
def test_console_works_where_the_network_blocks_one_of_its_two_ways(
    open_page: Callable[..., Page], school: School, student: str, watch: Watch, blocked: str
) -> None:
    is_blocked = {"streams": is_stream, "web sockets": is_web_socket}[blocked]
    with blocking(school.site.port, is_blocked) as proxy:
        watch.hosts = (*watch.hosts, proxy.address, proxy.address.replace("http", "ws"))
        path = f"{school.path('hello')}?language=python"
        page = open_page(path, student, base_url=proxy.address, expect="WebSocket connection to .* failed")
        write(page, ASKS["python"])

        page.click("#run-server")
        shows(page, "Nom ?")
        page.keyboard.type("Zoé")
        page.keyboard.press("Enter")

        shows(page, "Bonjour, Zoé !")
        expect(page.locator("#status")).to_contain_text("Terminé sur le serveur")
        typed = [line for line in proxy.passed if "/typed" in line]
        assert bool(typed) == (blocked == "web sockets")
        assert bool(proxy.blocked) == (blocked == "web sockets")


@pytest.mark.long
def test_the_same_session_is_read_and_answered_line_by_line_and_a_crash_is_explained(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(f"{school.path('hello')}?language=python", student, width=360)
    write(page, 'nom = input("\\x1b[31mNom ? \\x1b[0m")\nprint("Bonjour,", nom)\nprint(Nom)\n')
    page.click("#run-server")
    shows(page, "Nom ?")

    page.click("#console-mode")
    expect(page.locator("#console-log")).to_have_text("Nom ? ")
    expect(page.locator("#console-input")).to_be_focused()
    page.keyboard.type("Zoé")
    page.keyboard.press("Enter")

    expect(page.locator("#status")).to_contain_text("est inconnu ici. Faut-il «\N{NARROW NO-BREAK SPACE}nom")
    expect(page.locator("#status")).to_contain_text("Ligne 3 de bonjour.py")
    expect(page.locator("#console-log")).to_contain_text("Nom ? Zoé\nBonjour, Zoé\nTraceback")
    expect(page.locator("#status")).to_contain_text("Code de sortie\N{NO-BREAK SPACE}: 1.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#console-log")).to_contain_text("Bonjour, Zoé")
    expect(page.locator("#terminal-box")).to_be_hidden()
