"""Programs on a terminal of their own."""

from __future__ import annotations

import errno
import os
import select
import subprocess
import time
from pathlib import Path

import pytest

from etude.jail import ExecProgram, Jail, PythonProgram, WindowSize

from .conftest import LIMITS

CTRL_C, CTRL_D = b"\x03", b"\x04"
C_ASKS = r"""
#include <stdio.h>
#include <unistd.h>
int main(void) {
    char name[50];
    printf("Nom ? ");
    if (scanf("%49s", name) != 1) return 3;
    printf("Bonjour, %s! %d\n", name, isatty(0) && isatty(1) && isatty(2));
}
"""


def python(source):
    return PythonProgram(files={"main.py": source.encode()})


def start(jail, program, **window):
    return jail.start(program, limits=LIMITS, window=WindowSize(**window))


def read_until(running, wanted):
    data = b""
    while wanted not in data:
        ready, _, _ = select.select([running.stdin], [], [], 20)
        assert ready, data
        data += os.read(running.stdin, 4096)
    return data


def read_to_end(running):
    data = b""
    while True:
        try:
            data += os.read(running.stdin, 4096)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return data


def test_prompt_without_a_newline_is_seen_before_the_answer_is_typed(jail):
    with start(jail, python("nom = input('Nom ? ')\nprint(f'Bonjour, {nom}!')")) as running:
        prompt = read_until(running, b"? ")
        os.write(running.stdin, "Zoé\n".encode())
        rest = read_to_end(running)
        record = running.wait()

    assert prompt == b"Nom ? "
    assert rest.decode() == "Zoé\r\nBonjour, Zoé!\r\n"
    assert record.exit_code == 0


def test_compiled_program_asks_and_answers_and_finds_a_terminal(jail, tmp_path):
    (tmp_path / "main.c").write_text(C_ASKS, encoding="utf-8")
    subprocess.run(["gcc", "-o", tmp_path / "main", tmp_path / "main.c"], check=True)
    program = ExecProgram(argv=("{executable}",), executable=tmp_path / "main")

    with start(jail, program) as running:
        read_until(running, b"Nom ? ")
        os.write(running.stdin, b"Ada\n")
        rest = read_to_end(running)
        record = running.wait()

    assert rest == b"Ada\r\nBonjour, Ada! 1\r\n"
    assert record.exit_code == 0


def test_backspace_takes_back_a_whole_accented_letter(jail):
    with start(jail, python("print(ascii(input('>')))")) as running:
        read_until(running, b">")
        os.write(running.stdin, "éà\x7fx\n".encode())
        shown = read_to_end(running)

    assert b"'\\xe9x'" in shown


def test_control_c_interrupts_the_program(jail):
    with start(jail, python("print('on')\nwhile True: pass")) as running:
        read_until(running, b"on")
        os.write(running.stdin, CTRL_C)
        shown = read_to_end(running)
        record = running.wait()

    assert b"KeyboardInterrupt" in shown
    assert record.signal == 2


def test_control_c_can_be_caught_and_the_program_goes_on(jail):
    source = "try:\n    print('>')\n    while True: pass\nexcept KeyboardInterrupt:\n    print(input('again>'))"

    with start(jail, python(source)) as running:
        read_until(running, b">")
        os.write(running.stdin, CTRL_C)
        read_until(running, b"again>")
        os.write(running.stdin, b"yes\n")
        shown = read_to_end(running)

    assert shown.endswith(b"yes\r\n")


def test_control_d_is_the_end_of_the_input(jail):
    with start(jail, ExecProgram(argv=("/bin/cat",))) as running:
        os.write(running.stdin, b"x\n" + CTRL_D)
        shown = read_to_end(running)
        record = running.wait()

    assert shown == b"x\r\nx\r\n"
    assert record.exit_code == 0


def test_window_has_the_size_that_was_asked_for_and_the_program_is_told_of_a_change(jail):
    source = (
        "import os, signal\n"
        "print(*os.get_terminal_size(), os.environ['TERM'], flush=True)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])\nprint('ready', flush=True)\n"
        "signal.sigwait([signal.SIGWINCH])\nprint(*os.get_terminal_size())"
    )

    with start(jail, python(source), rows=30, columns=100) as running:
        first = read_until(running, b"ready")
        running.resize(WindowSize(rows=12, columns=40))
        second = read_to_end(running)

    assert first.startswith(b"100 30 xterm-256color")
    assert second.strip() == b"40 12"


def test_terminal_is_the_controlling_one_and_of_no_other_session(jail):
    source = (
        "import os\nterminal = os.open('/dev/tty', os.O_RDWR)\nos.write(terminal, b'own\\n')\n"
        "print(os.tcgetpgrp(0) == os.getpgrp(), os.getsid(0) == os.getpid())"
    )

    with start(jail, python(source)) as running:
        shown = read_to_end(running)

    assert shown == b"own\r\nTrue True\r\n"


@pytest.mark.parametrize("request_name", ["TIOCSTI", "TIOCSETD"])
def test_program_can_neither_type_for_others_nor_change_the_discipline(jail, request_name):
    source = (
        f"import fcntl, termios\ntry:\n    fcntl.ioctl(0, termios.{request_name}, b'x\\0\\0\\0')\n"
        "except PermissionError:\n    print('refused')"
    )

    with start(jail, python(source)) as running:
        shown = read_to_end(running)

    assert shown == b"refused\r\n"


def test_thousand_pasted_lines_arrive_whole(jail):
    lines = [f"{number} ligne collée" for number in range(1000)]
    source = "import sys\nprint(sum(int(line.split()[0]) for line in sys.stdin))"
    rest = ("\n".join(lines) + "\n").encode() + CTRL_D

    with start(jail, python(source)) as running:
        os.set_blocking(running.stdin, False)
        shown = b""
        while b"499500" not in shown:
            readable, writable, _ = select.select([running.stdin], [running.stdin] if rest else [], [], 20)
            assert readable or writable, shown[-200:]
            if writable:
                rest = rest[os.write(running.stdin, rest[:1024]) :]
            if readable:
                shown += os.read(running.stdin, 65536)

    assert not rest


def test_program_that_ignores_every_signal_is_gone_within_a_quarter_of_a_second(jail):
    source = (
        "import signal\nfor number in range(1, 65):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\nprint('deaf', flush=True)\nwhile True: pass"
    )

    with start(jail, python(source)) as running:
        read_until(running, b"deaf")
        os.write(running.stdin, CTRL_C)
        begun = time.monotonic()
        running.kill()
        record = running.wait()
        took_s = time.monotonic() - begun

    assert record.signal == 9
    assert took_s < 0.25


def test_what_a_program_left_running_ends_with_it(jail, tmp_path):
    source = "int main(void) { if (fork() == 0) { setsid(); for (;;) pause(); } return 0; }"
    (tmp_path / "main.c").write_text(f"#include <unistd.h>\n{source}", encoding="utf-8")
    subprocess.run(["gcc", "-o", tmp_path / "main", tmp_path / "main.c"], check=True)
    program = ExecProgram(argv=("{executable}",), executable=tmp_path / "main")
    limits = type(LIMITS)(cpu_time_s=5, wall_time_s=20, memory_bytes=256 << 20, may_fork=True)

    with jail.start(program, limits=limits, window=WindowSize()) as running:
        ready, _, _ = select.select([running.ended], [], [], 20)
        record = running.wait()
        shown = read_to_end(running)

    assert ready
    assert (record.exit_code, shown) == (0, b"")


def test_cpu_limit_ends_an_endless_loop(jail):
    limits = type(LIMITS)(cpu_time_s=0.2, wall_time_s=20, memory_bytes=256 << 20)

    with jail.start(python("while True: pass"), limits=limits, window=WindowSize()) as running:
        record = running.wait()

    assert record.cpu_exceeded


@pytest.mark.parametrize("size", [{"rows": 0}, {"columns": 0}, {"rows": 1001}, {"columns": 100_000}])
def test_no_window_has_such_a_size(size):
    with pytest.raises(ValueError, match="not the size of a window"):
        WindowSize(**size)


def test_terminals_leave_no_descriptor_behind():
    with Jail() as jail:
        jail.open()
        before = len(list(Path("/proc/self/fd").iterdir()))

        for _ in range(5):
            with start(jail, python("print(1)")) as running:
                read_to_end(running)
                running.wait()

        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1  # the recipe of the last program is kept
