from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from etude.jail import ExecProgram, Jail, JailError, PythonProgram
from etude.jail import jail as jail_module
from etude.jail.starter import starter_descriptor

from .conftest import LIMITS

HELLO = PythonProgram(files={"main.py": b"print('hello')"})
ECHO = PythonProgram(files={"main.py": b"while line := input('> '):\n    print(line.upper())\nprint('bye')"})


def open_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def read_until(descriptor, wanted):
    data = b""
    while wanted not in data:
        ready, _, _ = select.select([descriptor], [], [], 20)
        assert ready, data
        chunk = os.read(descriptor, 4096)
        assert chunk, data
        data += chunk
    return data


def is_alive(pid):
    """Whether a process exists and is not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_live_program_is_spoken_with_line_by_line(jail):
    with jail.start(ECHO, limits=LIMITS) as program:
        prompt = read_until(program.stdout, b"> ")
        os.write(program.stdin, "été\n".encode())
        answer = read_until(program.stdout, b"> ")
        os.write(program.stdin, b"\n")
        end = read_until(program.stdout, b"bye\n")
        record = program.wait()

    assert (prompt, answer, end) == (b"> ", "ÉTÉ\n> ".encode(), b"bye\n")
    assert record.exit_code == 0
    assert record.stdout == b""


def test_live_program_prints_lines_at_once(jail):
    program = PythonProgram(files={"main.py": b"print('now')\nimport time; time.sleep(60)"})

    with jail.start(program, limits=LIMITS) as running:
        line = read_until(running.stdout, b"\n")
        running.kill()
        record = running.wait()

    assert line == b"now\n"
    assert record.signal == 9
    assert not record.wall_exceeded


def test_live_program_sees_the_end_of_its_input(jail):
    with jail.start(ExecProgram(argv=("/bin/cat",)), limits=LIMITS) as running:
        os.write(running.stdin, b"x")
        running.close_stdin()
        record = running.wait()
        output = os.read(running.stdout, 10)

    assert (record.exit_code, output) == (0, b"x")


def test_forgotten_live_program_dies_when_it_is_closed(jail):
    running = jail.start(PythonProgram(files={"main.py": b"print('up')\nwhile True: pass"}), limits=LIMITS)
    read_until(running.stdout, b"up")
    running.close()

    record = jail.run(HELLO, limits=LIMITS)

    assert record.stdout == b"hello\n"


def test_two_live_programs_of_one_jail_do_not_disturb_each_other(jail):
    with jail.start(ECHO, limits=LIMITS) as first, jail.start(ECHO, limits=LIMITS) as second:
        os.write(second.stdin, b"b\n\n")
        os.write(first.stdin, b"a\n\n")
        answers = [read_until(program.stdout, b"bye\n") for program in (first, second)]
        records = [first.wait(), second.wait()]

    assert answers == [b"> A\n> bye\n", b"> B\n> bye\n"]
    assert [record.exit_code for record in records] == [0, 0]


def test_many_runs_leave_no_descriptor_and_no_process_behind():
    with Jail() as jail:
        jail.run(HELLO, limits=LIMITS)
        before = open_descriptors()
        for _ in range(50):
            jail.run(HELLO, limits=LIMITS)
        after = open_descriptors()
        first = jail.pid()

    assert after == before
    assert not Path(f"/proc/{first}").exists()


def test_closed_jail_gives_everything_back():
    starter_descriptor()  # built once for all jails of a process, which keeps it
    before = open_descriptors()

    jail = Jail()
    jail.run(HELLO, limits=LIMITS)
    jail.close()
    jail.close()

    assert open_descriptors() == before


def test_zygote_is_replaced_after_its_share_of_runs(monkeypatch):
    monkeypatch.setattr(jail_module, "_RUNS_PER_ZYGOTE", 2)

    with Jail() as jail:
        pids = []
        for _ in range(4):
            jail.run(HELLO, limits=LIMITS)
            pids.append(jail.pid())

    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_jail_recovers_from_the_death_of_its_zygote():
    with Jail() as jail:
        jail.run(HELLO, limits=LIMITS)
        os.kill(jail.pid(), signal.SIGKILL)
        with pytest.raises(JailError):
            jail.run(HELLO, limits=LIMITS)

        record = jail.run(HELLO, limits=LIMITS)

    assert record.stdout == b"hello\n"


def test_death_of_the_zygote_in_the_middle_of_a_run_is_a_fault_of_the_jail():
    with Jail() as jail, jail.start(ECHO, limits=LIMITS) as running:
        read_until(running.stdout, b"> ")
        os.kill(jail.pid(), signal.SIGKILL)

        with pytest.raises(JailError):
            running.wait()


def test_everything_dies_with_a_killed_supervisor():
    source = (
        "import os\nfrom etude.jail import *\njail = Jail()\n"
        "program = PythonProgram(files={'main.py': b'print(1)\\nimport time; time.sleep(60)'})\n"
        "running = jail.start(program, limits=Limits(cpu_time_s=9, wall_time_s=90, memory_bytes=1 << 28))\n"
        "os.read(running.stdout, 1)\nprint(jail.pid(), flush=True)\nimport time; time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(jail_module.__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, env=environment) as supervisor:
        assert supervisor.stdout is not None
        zygote = int(supervisor.stdout.readline())
        pidfd = os.pidfd_open(zygote)

        supervisor.kill()

    gone, _, _ = select.select([pidfd], [], [], 20)
    os.close(pidfd)
    assert gone
    assert not is_alive(zygote)


def test_jails_of_several_threads_do_not_mix():
    answers: dict[int, set[bytes]] = {}

    def work(number):
        program = PythonProgram(
            files={"main.py": f"import os\nprint({number}, len(os.listdir('/proc/self/fd')))".encode()}
        )
        with Jail() as jail:
            answers[number] = {jail.run(program, limits=LIMITS).stdout for _ in range(10)}

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {number: {f"{number} 4\n".encode()} for number in range(4)}


def test_readable_folders_are_shown_and_hidden_ones_are_not(tmp_path_factory):
    folder = Path("/usr/share/doc")
    program = PythonProgram(
        files={"main.py": b"import os\nprint(len(os.listdir('/usr/share/doc')), os.path.exists('/etc/ssl'))"}
    )

    with Jail() as plain, Jail(readable=[Path("/etc/ssl")], hidden=[folder]) as changed:
        seen, other = plain.run(program, limits=LIMITS).stdout, changed.run(program, limits=LIMITS).stdout

    assert not seen.startswith(b"0 ")
    assert seen.endswith(b"False\n")
    assert other == b"0 True\n"


def test_a_folder_can_be_shown_at_another_place_and_what_comes_later_is_seen_too(tmp_path):
    program = PythonProgram(files={"main.py": b"import os\nprint(os.listdir('/kept/here'))\nopen('/kept/here/x', 'w')"})
    tmp_path.chmod(0o755)

    with Jail(shown={"/kept/here": tmp_path}) as jail:
        jail.open()
        (tmp_path / "later").write_bytes(b"")
        record = jail.run(program, limits=LIMITS)

    assert record.stdout == b"['later']\n"
    assert b"Read-only file system" in record.stderr


@pytest.mark.parametrize("place", ["/usr/share/x", "/", "kept", "/box", "/kept/../usr", "/kept//x", ""])
def test_nothing_is_shown_in_place_of_what_the_jail_has(place, tmp_path):
    with pytest.raises(ValueError, match="nothing can be shown"):
        Jail(shown={place: tmp_path})


@pytest.mark.parametrize("path", ["/", "/tmp", "/proc/sys"])
def test_folders_that_the_jail_has_of_its_own_cannot_be_shown(path):
    with pytest.raises(ValueError, match="cannot be shown"):
        Jail(readable=[Path(path)])


def test_unknown_preload_is_a_fault_of_the_jail():
    with Jail(preload=("no_such_module",)) as jail, pytest.raises(JailError, match="no_such_module"):
        jail.run(HELLO, limits=LIMITS)


def test_program_larger_than_the_scratch_limit_still_gets_its_files(jail):
    program = PythonProgram(files={"main.py": b"import os\nprint(os.path.getsize('big'))", "big": bytes(20 << 20)})

    record = jail.run(program, limits=LIMITS)

    assert record.stdout == b"20971520\n"


def test_programs_find_their_libraries_whatever_the_umask_of_who_made_the_jail():
    former = os.umask(0o077)
    try:
        with Jail() as jail:
            record = jail.run(PythonProgram(files={"main.py": b"import termios\nprint('found')"}), limits=LIMITS)
    finally:
        os.umask(former)

    assert record.stdout == b"found\n", record.stderr
