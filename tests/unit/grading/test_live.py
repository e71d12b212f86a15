"""A program that somebody talks with: what starting it gives, and what is said of its end."""

from __future__ import annotations

import signal

import pytest

from etude.grading import live, toolchains
from etude.grading.job import RunJob
from etude.grading.live import ConsoleJails, Live, check_late, ending_of, is_unread, start_live
from etude.grading.verdict import CompileResult
from etude.jail import ExecProgram, IsolationUnavailable, JailError, PythonProgram, WindowSize

WINDOW = WindowSize(rows=30, columns=100)
PYTHON = RunJob(language="python", files={"main.py": b"input()"}, hash_seed=7)
FOUND = b'[{"file": "main.py", "line": 1, "column": 1, "message": "SyntaxError: x"}]'


class Terminal:
    """A program on a terminal, and the jail of its own that it runs in."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault, self.made_with, self.closed, self.program = fault, {}, [], None
        self.record = None

    def __call__(self, **options):
        self.made_with = options
        return self

    def start(self, program, *, limits, window):
        if self.fault is not None:
            raise self.fault
        self.program, self.window = program, window
        return Closing(self.closed)

    def run(self, program, *, limits):
        if isinstance(self.record, Exception):
            raise self.record
        return self.record

    def close(self) -> None:
        self.closed.append("jail")


class Closing:
    def __init__(self, closed: list[str]) -> None:
        self.closed = closed

    def close(self) -> None:
        self.closed.append("program")


@pytest.fixture
def start(monkeypatch, fake_jails, tmp_path):
    """Start a program; the terminal that it runs on, and what starting gave."""

    def run(job: RunJob, fault: Exception | None = None) -> tuple[Terminal, Live]:
        terminal = Terminal(fault)
        monkeypatch.setattr(live, "Jail", terminal)
        return terminal, start_live(job, fake_jails, WINDOW, cache_dir=tmp_path, consoles=ConsoleJails(123))

    return run


def test_a_program_is_started_on_a_terminal_in_a_jail_of_its_own(start, fake_jail):
    terminal, started = start(PYTHON)

    assert isinstance(terminal.program, PythonProgram)
    assert terminal.window is WINDOW
    assert (terminal.made_with["hash_seed"], terminal.made_with["uid"], terminal.made_with["warm"]) == (7, 123, True)
    assert "json" in terminal.made_with["preload"]
    assert (started.compile.ok, started.message, started.is_our_fault) == (True, None, False)
    assert fake_jail.asked == [], "nothing is done before it runs"


def test_a_program_with_the_usual_hash_seed_is_started_in_a_jail_that_was_copied(start):
    terminal, started = start(RunJob(language="python", files={"main.py": b""}))

    assert started.jail is terminal
    assert terminal.made_with["nursery"] is not None


def test_what_is_cold_has_nothing_loaded_before(start):
    terminal, _started = start(RunJob(language="python", files={"main.py": b""}, is_cold=True))

    assert (terminal.made_with["preload"], terminal.made_with["warm"]) == ((), False)


def test_a_compiled_program_is_started_in_a_small_jail(start, fake_jail, make_record):
    fake_jail.playback.append(make_record(collected={"a.out": b"x"}))

    terminal, started = start(RunJob(language="c", files={"main.c": b""}))

    assert isinstance(terminal.program, ExecProgram)
    assert started.compile.ok
    assert set(terminal.made_with) == {"readable", "uid", "nursery"}


def test_closing_ends_the_program_before_its_jail(start):
    terminal, started = start(PYTHON)

    started.close()

    assert terminal.closed == ["program", "jail"]


TWO_FILES = RunJob(language="python", files={"main.py": b"import own", "own.py": b""}, hash_seed=7)


def test_a_program_of_several_files_is_read_before_it_is_started(start, fake_jail, make_record):
    fake_jail.checks.append(make_record(stdout=FOUND))

    terminal, started = start(TWO_FILES)
    started.close()

    assert (terminal.program, started.program, started.is_our_fault) == (None, None, False)
    assert (started.compile.ok, str(started.message)) == (False, "The program does not compile.")


def test_what_ended_badly_is_read_in_its_own_jail_and_was_no_program(start, make_record):
    terminal, started = start(PYTHON)
    terminal.record = make_record(stdout=FOUND)

    read = check_late(started)

    assert is_unread(started, make_record(exit_code=1))
    assert (read.compile.ok, read.compile.lines[0].line, read.jail) == (False, 1, terminal)


def test_what_crashed_stays_a_program_once_it_was_read(start, make_record):
    terminal, started = start(PYTHON)
    terminal.record = make_record()

    assert check_late(started).compile.ok


@pytest.mark.parametrize("ended", [{"exit_code": 0}, {"exit_code": None, "signal": 9}])
def test_what_ended_well_or_was_killed_need_not_be_read(start, make_record, ended):
    _terminal, started = start(PYTHON)

    assert not is_unread(started, make_record(**ended))


def test_what_was_read_before_is_not_read_again(start, make_record):
    _terminal, started = start(TWO_FILES)

    assert not is_unread(started, make_record(exit_code=1))


def test_what_cannot_be_read_is_taken_for_a_program(start, caplog):
    terminal, started = start(PYTHON)
    terminal.record = JailError("gone")

    assert check_late(started) is started
    assert "was not read: gone" in caplog.text


@pytest.mark.parametrize("language", ["c", "cobol"])
def test_a_language_that_is_not_here_is_our_fault(start, monkeypatch, language):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    _terminal, started = start(RunJob(language=language, files={"main.c": b""}))

    assert (started.is_our_fault, started.program) == (True, None)
    assert str(started.message) == f"The language {language} is not available on this machine."


@pytest.mark.parametrize("fault", [JailError("gone"), OSError(24, "Too many open files")])
def test_a_program_that_does_not_start_is_our_fault_and_leaves_no_jail(start, fault, caplog):
    terminal, started = start(PYTHON, fault)

    assert (started.program, started.is_our_fault, terminal.closed) == (None, True, ["jail"])
    assert "was not started" in caplog.text


def test_without_isolation_nothing_is_started(start, fake_jail):
    fake_jail.checks.append(IsolationUnavailable("no user namespaces"))

    with pytest.raises(IsolationUnavailable):
        start(TWO_FILES)


@pytest.mark.parametrize(
    ("fields", "shown", "limit", "sentence"),
    [
        ({}, b"42\r\n", "", "None"),
        ({"exit_code": None, "signal": signal.SIGINT}, b"^C", "", "You stopped the program with Ctrl-C."),
        (
            {"exit_code": 1},
            b'5\r\nTraceback (most recent call last):\r\n  File "main.py", line 2, in <module>\r\nKeyError: 1\r\n',
            "",
            "The program stopped on line 2 of main.py: KeyError: 1",
        ),
        (
            {"exit_code": None, "signal": 9, "cpu_exceeded": True},
            b"",
            "cpu",
            "The program took longer than the limit (2 s).",
        ),
        ({"exit_code": None, "signal": 9, "wall_exceeded": True}, b"", "", "The program was still waiting"),
        ({"exit_code": 1}, b"MemoryError\r\n", "memory", "The program needed more memory than the limit"),
        ({"output_exceeded": True}, b"", "output", "The program printed more than is allowed."),
        (
            {"exit_code": 1},
            b'  File "main.py", line 3\r\nRuntimeError: can\'t start new thread\r\n',
            "processes",
            "The program started more threads or processes than it may have at the same time (64).",
        ),
        ({}, b"can't start new thread\r\n", "", "None"),
    ],
)
def test_how_a_program_ended_is_told_by_what_stood_in_its_terminal(start, make_record, fields, shown, limit, sentence):
    _terminal, started = start(PYTHON)

    ended = ending_of(started, PYTHON, make_record(**fields), shown)

    assert ended.limit == limit
    assert str(ended.message).startswith(sentence)


def test_what_was_never_started_has_no_end_to_blame_on_the_student(make_record):
    ended = ending_of(Live(compile=CompileResult(ok=True)), PYTHON, make_record(), b"")

    assert ended.message is not None
    assert ended.limit == ""


class Opened:
    """Jails that can be opened, or not."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault, self.made, self.opened, self.closed = fault, 0, 0, 0

    def __call__(self, **options):
        self.made += 1
        self.made_with = options
        return self

    def open(self) -> None:
        if self.fault is not None:
            raise self.fault
        self.opened += 1

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def jails(monkeypatch):
    jails = Opened()
    monkeypatch.setattr(live, "Jail", jails)
    return jails


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_jail_is_opened_before_anybody_asks_and_is_given_once(jails):
    consoles = ConsoleJails()
    consoles.refill()
    consoles.refill()

    consoles.take()
    consoles.take()

    assert (jails.made, jails.opened) == (2, 1)


def test_jails_of_consoles_come_from_one_nursery(jails):
    consoles = ConsoleJails()

    consoles.take()
    of_python = jails.made_with
    consoles.take_native()

    assert of_python["nursery"] is jails.made_with["nursery"] is consoles.nursery
    assert of_python["preload"] == consoles.nursery.preload


def test_as_many_jails_are_ready_as_were_taken_lately(jails):
    consoles = ConsoleJails(clock=Clock())
    for _ in range(5):
        consoles.take()

    consoles.refill()

    assert jails.opened == 5


def test_no_more_jails_are_ready_than_cost_little(jails):
    consoles = ConsoleJails(clock=Clock())
    for _ in range(3 * live.MOST_READY):
        consoles.take()

    consoles.refill()

    assert jails.opened == live.MOST_READY


def test_jails_that_a_class_needed_are_let_go_when_it_has_left(jails):
    clock = Clock()
    consoles = ConsoleJails(clock=clock)
    for _ in range(5):
        consoles.take()
    consoles.refill()
    clock.now_s = live.LATELY_S + 1

    consoles.refill()

    assert (jails.opened, jails.closed) == (5, 4)


def test_a_jail_that_nobody_took_is_closed(jails):
    consoles = ConsoleJails()
    consoles.refill()

    consoles.close()
    consoles.close()

    assert jails.closed == 1


def test_a_jail_that_cannot_be_opened_in_advance_is_told_and_is_tried_again_when_it_is_needed(jails, caplog):
    jails.fault = OSError(24, "Too many open files")
    consoles = ConsoleJails()

    consoles.refill()
    consoles.refill()
    consoles.take()

    assert (jails.made, jails.closed) == (3, 2)
    assert "no jail in advance" in caplog.text


def test_what_another_thread_opens_now_is_not_opened_twice(jails, monkeypatch):
    consoles = ConsoleJails()
    monkeypatch.setattr(jails, "open", consoles.refill)

    consoles.refill()

    assert jails.made == 1
