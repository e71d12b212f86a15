"""The process that holds the terminals, as the web process meets it: over its socket."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import psutil
import pytest

from etude.consoles import client, wire
from etude.consoles.holder import MAX_OWN_SESSIONS
from etude.consoles.limits import BURST_BYTES, OUTPUT_BYTES_PER_S
from etude.consoles.pace import Pace
from etude.grading.job import RunJob
from etude.grading.limits import Limits
from etude.grading.live import MOST_READY
from tests.installation import wait_for

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 30


class Holder:
    def __init__(self, folder: Path, **changes: object) -> None:
        self.path = folder / "consoles.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.path))
            listener.listen()
            settings = {"listener": listener.fileno(), "cache": str(folder / "cache"), "uid": None, **changes}
            self.process = subprocess.Popen(
                [sys.executable, "-m", "etude.consoles.holder", json.dumps(settings)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=[listener.fileno()],
            )  # fmt: skip

    def open(self, key, source, *, language="python", owner=1):
        name = {"python": "main.py", "c": "main.c"}[language]
        job = RunJob(language=language, files={name: source.encode()}, limits=Limits())
        document = wire.job_document(job)
        return self.ask(do="open", key=key, owner=owner, job=document, rows=24, columns=80)

    def ask(self, **document):
        return client.ask(self.path, document)

    def follow(self, key, after=0):
        return client.follow(self.path, key, after=after, wait_s=PATIENCE_S)

    def read_until(self, key, wanted, after=0):
        """What was printed up to a text, and the place behind it."""
        shown = b""
        for news in self.follow(key, after):
            assert news is not None, shown
            if "output" in news:
                shown += wire.unpack(news["output"])
                if wanted in shown:
                    return shown, news["place"]
        raise AssertionError(shown)

    def end_of(self, key):
        *_, last = self.follow(key)
        return last

    def told(self):
        """The next end that it tells the worker."""
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        assert ready
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def holder(tmp_path_factory):
    holder = Holder(tmp_path_factory.mktemp("holder"))
    yield holder
    holder.close()


def test_program_asks_is_answered_and_its_end_is_told_to_both_sides(holder):
    opened = holder.open("asks", "print('Bonjour,', input('Nom ? '))")
    prompt, place = holder.read_until("asks", b"? ")
    holder.ask(do="type", key="asks", text="Zoé\r")
    rest, _ = holder.read_until("asks", b"Bonjour", after=place)
    end = holder.end_of("asks")

    assert opened == {"state": "compiling"}
    assert (prompt, rest.decode()) == (b"Nom ? ", "Zoé\r\nBonjour, Zoé\r\n")
    assert (end["state"], end["why"], end["exit_code"], end["message"]) == ("ended", "ended", 0, {})
    told = holder.told()
    assert (told["key"], told["why"], told["exit_code"]) == ("asks", "ended", 0)


def test_who_comes_back_finds_the_screen_and_only_the_rest_is_sent_to_who_was_here(holder):
    holder.open("back", "print('first')\ninput()\nprint('second')")
    _, place = holder.read_until("back", b"first\r\n")
    holder.ask(do="type", key="back", text="\r")
    holder.told()

    everything, _ = holder.read_until("back", b"second")
    rest, _ = holder.read_until("back", b"second", after=place)

    assert everything.startswith(b"first\r\n")
    assert everything == b"first\r\n" + rest


def test_two_who_look_see_the_same(holder):
    holder.open("two", "print('hello')")
    holder.told()

    assert holder.read_until("two", b"hello") == holder.read_until("two", b"hello")


def test_compile_error_is_told_with_its_line(holder):
    holder.open("broken", "int main(void) {\n  return x;\n}\n", language="c")

    end = holder.end_of("broken")

    assert (end["why"], end["compile"]["ok"], end["compile"]["lines"][0]["line"]) == ("compile", False, 2)
    assert holder.told()["why"] == "compile"


def test_python_that_is_no_program_is_told_with_its_line_as_a_compiler_would(holder):
    holder.open("unread", "x = 1\nprint(x\n")

    end = holder.end_of("unread")

    assert (end["why"], end["compile"]["ok"], end["compile"]["lines"][0]["line"]) == ("compile", False, 2)
    assert holder.told()["why"] == "compile"


def test_crash_names_its_line(holder):
    holder.open("crash", "x = 0\nprint(1 / x)\n")

    end = holder.end_of("crash")

    assert (end["exit_code"], end["message"]["values"]["line"]) == (1, 2)
    assert "ZeroDivisionError" in end["message"]["values"]["error"]
    holder.told()


def test_control_c_ends_a_loop_and_is_said_in_words(holder):
    holder.open("loop", "print('on')\nwhile True: pass")
    holder.read_until("loop", b"on")
    holder.ask(do="type", key="loop", text="\x03")

    end = holder.end_of("loop")

    assert (end["signal"], end["message"]["id"]) == (2, "You stopped the program with Ctrl-C.")
    holder.told()


@pytest.mark.parametrize(
    ("limit", "source"),
    [
        ("memory", "x = bytearray(1 << 40)"),
        (
            "processes",
            "from threading import Event, Thread\nwhile True: Thread(target=Event().wait, daemon=True).start()",
        ),
    ],
)
def test_limit_that_ended_a_program_is_named(holder, limit, source):
    holder.open(f"limit-{limit}", source)

    assert holder.end_of(f"limit-{limit}")["why"] == limit
    assert holder.told()["why"] == limit


def test_stop_ends_whatever_the_program_does_even_before_it_was_started(holder):
    holder.open("stop", "while True: print('x' * 1000)")
    holder.ask(do="stop", key="stop")

    end = holder.end_of("stop")

    assert (end["why"], end["signal"]) == ("stopped", 9)
    holder.told()


def test_reader_that_never_reads_costs_no_memory_and_others_are_served(holder):
    holder.open("flood", "while True: print('x' * 1000)")
    with client._connect(holder.path, {"do": "follow", "key": "flood", "after": 0}):
        for _ in range(3):
            holder.read_until("flood", b"x" * 100)
        holder.open("beside", "print('served')")
        holder.read_until("beside", b"served")
        held = psutil.Process(holder.process.pid).memory_info().rss
        holder.ask(do="stop", key="flood")

    assert held < 300 << 20
    assert {holder.told()["key"], holder.told()["key"]} == {"flood", "beside"}


def test_flood_is_slowed_to_its_pace():
    pace = Pace(OUTPUT_BYTES_PER_S, BURST_BYTES, BURST_BYTES)

    waits = [pace.take(BURST_BYTES, now=0.0), pace.take(OUTPUT_BYTES_PER_S, now=0.0), pace.take(0, now=1.0)]

    assert waits == [0.0, 1.0, 0.0]


def test_nobody_has_more_than_their_share_and_others_are_unharmed(holder):
    keys = [f"mine-{number}" for number in range(MAX_OWN_SESSIONS)]
    for key in keys:
        holder.open(key, "input()", owner=7)

    with pytest.raises(client.Refused) as refusal:
        holder.open("one-more", "input()", owner=7)
    opened = holder.open("of-another", "print(1)", owner=8)

    assert (refusal.value.code, opened) == ("many", {"state": "compiling"})
    for key in keys:
        holder.ask(do="stop", key=key)
    assert {holder.told()["key"] for _ in range(len(keys) + 1)} == {*keys, "of-another"}


def test_what_is_unknown_is_gone_and_nonsense_harms_nobody(holder):
    with pytest.raises(client.Refused) as unknown:
        holder.ask(do="type", key="nobody", text="x")
    with pytest.raises(client.Refused) as unfollowed:
        list(holder.follow("nobody"))
    with pytest.raises(client.HolderAway):
        holder.ask(do="open", key="bad", owner=1, job={}, rows=0, columns=0)

    assert (unknown.value.code, unfollowed.value.code) == ("gone", "gone")
    assert holder.process.poll() is None


def test_it_ends_by_itself_when_its_last_session_is_forgotten(tmp_path):
    holder = Holder(tmp_path, kept_s=0)
    holder.open("last", "print('done')")

    assert holder.told()["key"] == "last"
    assert holder.process.wait(PATIENCE_S) == 0
    holder.close()


@pytest.mark.long
def test_opening_and_closing_leaves_no_process_and_no_descriptor(tmp_path):
    """Shortened; benchmarks/console.py does more of it, and looks at the memory too."""
    holder = Holder(tmp_path, kept_s=0.1)
    own = psutil.Process(holder.process.pid)
    holder.open("stays", "input('>')")
    holder.read_until("stays", b">")

    def use(round_):
        for number in range(MOST_READY):
            key = f"{round_}-{number}"
            holder.open(key, "input('>')", owner=2)
            holder.read_until(key, b">")
            holder.ask(do="stop", key=key)
            holder.end_of(key)

    use("first")
    usual = wait_for(lambda: settled(own), "the jails that are kept")
    use("second")

    wait_for(lambda: settled(own) == usual, "the same as before")
    holder.close()


def settled(process):
    """Processes and descriptors, once they stay the same for a while; None before."""
    seen = set()
    for _ in range(10):
        seen.add((len(process.children(recursive=True)), process.num_fds()))
        threading.Event().wait(0.1)
    return seen.pop() if len(seen) == 1 else None


def test_without_a_holder_one_is_told_so(tmp_path):
    with pytest.raises(client.HolderAway):
        client.ask(tmp_path / "none.sock", {"do": "stop", "key": "x"})


@pytest.mark.parametrize("end", ["worker goes", "holder is killed"])
def test_no_program_outlives_the_holder(tmp_path, end):
    holder = Holder(tmp_path)
    holder.open("left", "print('on', flush=True)\nwhile True: pass")
    holder.read_until("left", b"on")
    programs = psutil.Process(holder.process.pid).children(recursive=True)

    if end == "worker goes":
        holder.process.stdin.close()
    else:
        holder.process.kill()

    assert programs
    _, alive = psutil.wait_procs(programs, timeout=PATIENCE_S)
    assert alive == []
    holder.close()
