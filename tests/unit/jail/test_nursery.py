"""Jails that are forked from one warm process: as good as fresh ones, and strangers to each other."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from etude.jail import ExecProgram, Jail, JailError, Nursery, PythonProgram, WindowSize

from .conftest import LIMITS

MODULES = ("json", "random")
WIDE = WindowSize(columns=500)
MARK = "LEFT" + "OVER"
SAYS_WHERE_IT_IS = """
import os
print(*(os.readlink(f'/proc/self/ns/{name}') for name in ('user', 'pid', 'mnt', 'net', 'ipc', 'uts')), flush=True)
"""
LEAVES_TRACES = f"""
import ctypes, os
mark = {MARK[:4]!r} + {MARK[4:]!r}
for folder in ('/box', '/tmp', '/dev/shm'): open(f'{{folder}}/{{mark}}', 'w').write(mark)
os.environ[mark] = mark
kept = [mark.encode() * 500 for _ in range(50)]
ctypes.CDLL(None).prctl(15, mark.encode(), 0, 0, 0)
print('ready', flush=True)
input()
"""
LOOKS_ROUND = f"""
import os, signal
mark = {MARK[:4]!r} + {MARK[4:]!r}
found = [folder for folder in ('/box', '/tmp', '/dev/shm') if mark in os.listdir(folder)]
found += [name for name in os.listdir('/proc') if name.isdigit() and int(name) != os.getpid()]
memory, looked = open('/proc/self/mem', 'rb'), 0
for line in open('/proc/self/maps'):
    first, last = (int(part, 16) for part in line.split()[0].split('-'))
    if 'r' not in line.split()[1] or '[v' in line: continue
    memory.seek(first)
    looked += 1
    found += [line] * (memory.read(last - first).count(2 * mark.encode()) > 1)
for number in range(3, 3000):
    try: number == os.getpid() or os.kill(number, signal.SIGKILL) or found.append(number)
    except OSError: pass
print(looked > 10, found)
"""


@pytest.fixture(scope="module")
def nursery():
    nursery = Nursery(preload=MODULES)
    yield nursery
    nursery.close()


@pytest.fixture
def two_jails(nursery):
    with ExitStack() as stack:
        yield [stack.enter_context(Jail(preload=MODULES, nursery=nursery)) for _ in range(2)]


def said(jail, source):
    record = jail.run(PythonProgram(files={"main.py": source.encode()}), limits=LIMITS)
    return record.stdout.decode() or record.stderr.decode()


def shown_by(running):
    """What it says first."""
    ready, _, _ = select.select([running.stdin], [], [], 20)
    assert ready
    return os.read(running.stdin, 1000).decode()


def test_program_runs_as_in_any_other_jail(two_jails):
    what = "sys.argv, __name__, os.getcwd(), os.environ['HOME'], os.getpid()"
    source = f"import json, os, sys\nprint(json.dumps([{what}]))"

    with Jail(preload=MODULES) as fresh:
        shown = [said(jail, source) for jail in (*two_jails, fresh)]

    assert shown == ['[["main.py"], "__main__", "/box", "/box", 2]\n'] * 3


def test_compiled_program_runs_too(two_jails, tmp_path):
    (tmp_path / "main.c").write_text('#include <stdio.h>\nint main(void) { puts("compiled"); }', encoding="utf-8")
    subprocess.run(["gcc", "-o", tmp_path / "main", tmp_path / "main.c"], check=True)

    record = two_jails[0].run(
        ExecProgram(argv=("{executable}",), executable=tmp_path / "main", profile="native"), limits=LIMITS
    )

    assert record.stdout == b"compiled\n"


def test_every_namespace_of_two_sessions_is_another_one_and_none_is_ours(two_jails):
    ours = [str(Path("/proc/self/ns", name).readlink()) for name in ("user", "pid", "mnt", "net", "ipc", "uts")]
    program = PythonProgram(files={"main.py": f"{SAYS_WHERE_IT_IS}input()".encode()})

    with (  # both at once: numbers of namespaces that have gone are given again
        two_jails[0].start(program, limits=LIMITS, window=WIDE) as one,
        two_jails[1].start(program, limits=LIMITS, window=WIDE) as other,
    ):
        first, second = shown_by(one).split(), shown_by(other).split()

    assert len(first) == len(second) == 6
    assert not {*first} & {*second}
    assert not {*ours} & {*first, *second}


def test_a_session_finds_nothing_of_another_that_lives_beside_it(two_jails):
    first = PythonProgram(files={"main.py": LEAVES_TRACES.encode()})

    with two_jails[0].start(first, limits=LIMITS, window=WindowSize()) as running:
        began = shown_by(running)
        found = said(two_jails[1], LOOKS_ROUND)
        os.write(running.stdin, b"\n")
        record = running.wait()

    assert began == "ready\r\n"
    assert found == "True []\n"
    assert record.exit_code == 0, "nobody could end it"


def test_process_limit_is_each_sessions_own(two_jails):
    threads = (
        "import threading\nstop = threading.Event()\n"
        "for _ in range(12): threading.Thread(target=stop.wait, daemon=True).start()\nprint('all', flush=True)\n"
    )
    program = PythonProgram(files={"main.py": (threads + "input()").encode()})

    with two_jails[0].start(program, limits=LIMITS, window=WindowSize()) as running:
        began = shown_by(running)
        second = said(two_jails[1], threads)

    assert (began, second) == ("all\r\n", "all\n")


def test_chance_differs_between_sessions_and_between_programs(two_jails):
    names = "next(tempfile._get_candidate_names())"
    source = f"import random, tempfile, os\nprint(random.random(), os.urandom(8).hex(), {names})"

    numbers = [said(jail, source) for jail in (*two_jails, *two_jails)]

    parts = [part for line in numbers for part in line.split()]
    assert len({*parts}) == len(parts) == 12


def test_hash_seed_is_the_one_that_was_asked_for(two_jails):
    source = "print(hash('etude'))"
    other = Nursery(hash_seed=7)

    with Jail(hash_seed=7, nursery=other) as jail, Jail(hash_seed=7) as fresh, Jail() as usual:
        seven, seven_fresh, zero_fresh = said(jail, source), said(fresh, source), said(usual, source)
    other.close()

    assert seven == seven_fresh != zero_fresh
    assert {said(jail, source) for jail in two_jails} == {zero_fresh}


def test_jail_does_not_begin_with_other_modules_or_another_seed_than_its_nursery(nursery):
    with pytest.raises(ValueError, match="of its nursery"):
        Jail(preload=("decimal",), nursery=nursery)
    with pytest.raises(ValueError, match="of its nursery"):
        Jail(hash_seed=7, nursery=nursery)


def test_nursery_knows_nothing_of_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("ETUDE_CANARY", MARK)
    with (tmp_path / "open").open("w", encoding="utf-8"), Jail(nursery=(own := Nursery())) as jail:
        said(jail, "")
        process = psutil.Process(own.process_id())
        environment = process.environ()
        files = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
    own.close()

    assert MARK not in environment.values()
    assert "HOME" in environment
    assert sorted(file for file in files if not file.startswith("socket:")) == ["/dev/null"] * 3
    assert len(files) == 4


def test_jails_live_on_without_their_nursery_and_the_next_has_another():
    own = Nursery()
    with Jail(nursery=own) as first, Jail(nursery=own) as second:
        first.open()
        os.kill(own.process_id(), signal.SIGKILL)

        shown = said(first, "print(1)"), said(second, "print(2)")
    own.close()

    assert shown == ("1\n", "2\n")


def test_without_a_nursery_to_be_had_a_jail_is_made_as_ever(monkeypatch, caplog):
    def fail(*_arguments):
        raise JailError("gone")

    own = Nursery()
    monkeypatch.setattr(own, "fork", fail)
    with Jail(nursery=own) as jail:
        shown = said(jail, "print(1)")

    assert shown == "1\n"
    assert "without its nursery: gone" in caplog.text


def test_opening_and_closing_leaves_no_process_and_no_descriptor(nursery):
    def use():
        with Jail(preload=MODULES, nursery=nursery) as jail:
            said(jail, "")
        return len(list(Path("/proc/self/fd").iterdir())), len(psutil.Process().children(recursive=True))

    before = use()

    assert [use() for _ in range(4)] == [before] * 4


def test_two_jails_share_most_of_their_memory(two_jails):
    for jail in two_jails:
        said(jail, "")

    processes = [psutil.Process(jail.pid()) for jail in two_jails]

    own = [sum(one.memory_full_info().uss for one in [first, *first.children()]) for first in processes]
    assert max(own) < 3_000_000


def test_nursery_that_was_never_needed_is_no_process():
    own = Nursery()

    own.close()

    assert own.process_id() == 0


def test_nursery_that_does_not_start_is_a_fault_of_the_jail_and_leaves_nothing(monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("etude.jail.nursery.start_interpreter", fail)
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(JailError, match="did not answer"):
        Nursery(helper=False).fork(b"", 0, 0)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
