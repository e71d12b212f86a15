"""Consoles by WebSocket, as the web process hands them to the holder."""

from __future__ import annotations

import pytest

from etude.consoles import client
from etude.consoles.holder import MAX_FOLLOWERS
from etude.consoles.limits import BURST_BYTES
from etude.consoles.web_socket import MAX_MESSAGE_BYTES, UNSHOWN_BYTES
from tests.unit.consoles.test_holder import Holder
from tests.web_sockets import Browser

FLOOD = "while True: print('x' * 1000)"


@pytest.fixture(scope="module")
def holder(tmp_path_factory):
    holder = Holder(tmp_path_factory.mktemp("holder"))
    yield holder
    holder.close()


@pytest.fixture
def look(holder):
    """Look at a console as one more browser."""
    browsers = []

    def look(key, **changes):
        browser = Browser()
        browsers.append(browser)
        ticket = holder.ask(do="ticket", key=key, user=1)["ticket"]
        asked = {"do": "socket", "key": key, "user": 1, "ticket": ticket, "head": browser.head(), "after": 0}
        client.hand_over(holder.path, {**asked, **changes}, browser.theirs)
        browser.theirs.close()
        return browser

    yield look
    for browser in browsers:
        browser.close()


def test_keys_accents_and_the_size_of_the_window_arrive(holder, look):
    source = "import os\nprint(ascii(input('>')), os.get_terminal_size().columns)"
    holder.open("keys", source)
    browser = look("keys")
    browser.read_until(b">")

    browser.send(rows=30, columns=99)
    browser.send(typed="é\r")
    browser.read_until(b"99")
    browser.read_to_end()

    assert rb"'\xe9' 99" in browser.shown
    assert (browser.state, browser.close_code) == ("ended", 1000)
    holder.told()


def test_page_that_never_reads_is_sent_no_more_than_it_can_show_and_others_are_served(holder, look):
    holder.open("flood", FLOOD)
    deaf, other = look("flood"), look("flood")
    deaf.read_until(b"x")

    while len(other.shown) < 2 * UNSHOWN_BYTES + BURST_BYTES // 8:
        assert other.read()
        other.send(shown=other.place)
    deaf.own.setblocking(False)
    with pytest.raises(BlockingIOError):
        deaf.read_to_end()

    assert len(deaf.shown) < 2 * UNSHOWN_BYTES
    deaf.own.settimeout(30)
    deaf.send(shown=deaf.place)
    assert deaf.read()
    holder.ask(do="stop", key="flood")
    holder.told()


@pytest.mark.parametrize(
    "said", ["x" * (MAX_MESSAGE_BYTES + 1), "no document", "[]", '{"rows": 0, "columns": 9}', '{"typed": 1}'],
    ids=["too long", "no JSON", "a list", "no window", "no text"],
)  # fmt: skip
def test_page_that_talks_nonsense_is_left_and_the_program_goes_on(holder, look, said):
    holder.open("nonsense", "print('on')\ninput()")
    browser = look("nonsense")
    browser.read_until(b"on")

    browser.send_text(said)
    browser.read_to_end()

    assert holder.ask(do="state", key="nonsense")["state"] == "running"
    holder.ask(do="stop", key="nonsense")
    holder.told()


def test_request_that_is_none_for_a_web_socket_is_refused_in_its_own_words(holder, look):
    holder.open("plain", "input()")

    browser = look("plain", head="GET / HTTP/1.1\r\nHost: console\r\n\r\n")

    assert browser.own.recv(1 << 16).startswith(b"HTTP/1.1 426 ")
    holder.ask(do="stop", key="plain")
    holder.told()


def test_no_more_look_at_one_console_than_a_few(holder, look):
    holder.open("many", "input()")
    for _ in range(MAX_FOLLOWERS):
        look("many").read()

    with pytest.raises(client.Refused) as refusal:
        look("many")

    assert refusal.value.code == "many"
    holder.ask(do="stop", key="many")
    holder.told()


def test_ticket_is_asked_for_before_anything_is_said_of_a_console(holder, look):
    holder.open("shut", "input()")

    with pytest.raises(client.Refused) as without:
        look("shut", ticket="")
    with pytest.raises(client.Refused) as of_another:
        look("shut", user=2)

    assert (without.value.code, of_another.value.code) == ("ticket", "ticket")
    holder.ask(do="stop", key="shut")
    holder.told()
