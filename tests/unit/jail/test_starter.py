"""With and without the C helper the same list of calls is made, with the same results."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from etude.jail import ExecProgram, Jail, JailError, PythonProgram, starter

from .conftest import LIMITS

CAT = ExecProgram(argv=("/bin/cat", "a/b/c.txt", "-"), files={"a/b/c.txt": b"file\n", "empty": b""})


@pytest.fixture(scope="module", params=[True, False], ids=["helper", "no helper"])
def either_jail(request):
    with Jail(helper=request.param) as jail:
        yield jail


@pytest.fixture
def forgetful():
    """Builds are remembered by the process; these tests build anew."""
    starter._build.cache_clear()
    yield
    starter._build.cache_clear()


def test_files_arguments_and_streams_arrive(either_jail):
    record = either_jail.run(CAT, stdin=b"input\n", limits=LIMITS)

    assert (record.exit_code, record.stdout) == (0, b"file\ninput\n")


def test_missing_program_is_a_fault_with_the_step_that_failed(either_jail):
    with pytest.raises(JailError, match=r"FileNotFoundError.*step .* of the set-up"):
        either_jail.run(ExecProgram(argv=("/usr/bin/missing",)), limits=LIMITS)


def test_file_that_does_not_fit_is_a_fault(either_jail):
    program = ExecProgram(argv=("/bin/true",), files={f"{number}/a/b/c": b"" for number in range(3000)})

    with pytest.raises(JailError, match="No space left"):
        either_jail.run(program, limits=LIMITS)


def test_file_that_is_also_a_folder_is_a_fault(either_jail):
    with pytest.raises(JailError, match=r"File exists|Not a directory"):
        either_jail.run(ExecProgram(argv=("/bin/true",), files={"a": b"", "a/b": b""}), limits=LIMITS)


def test_program_dies_of_a_closed_pipe_as_in_any_shell(either_jail):
    record = either_jail.run(
        ExecProgram(argv=("/usr/bin/yes",)), limits=replace(LIMITS, output_bytes=1000, wall_time_s=10)
    )

    assert record.output_exceeded
    assert record.signal in {9, 13}


def test_signals_are_as_an_ordinary_program_finds_them(either_jail):
    record = either_jail.run(ExecProgram(argv=("/bin/grep", "Sig[IB]", "/proc/self/status")), limits=LIMITS)

    masks = {line.split()[0]: int(line.split()[1], 16) for line in record.stdout.splitlines()}
    inherited = 3 << 31  # two that the C library keeps for itself: whoever started the tests may have ignored them
    assert {name: mask & ~inherited for name, mask in masks.items()} == {b"SigBlk:": 0, b"SigIgn:": 0}


def test_many_programs_follow_each_other(either_jail):
    codes = [
        either_jail.run(ExecProgram(argv=("/bin/sh", "-c", f"exit {n}")), limits=LIMITS).exit_code for n in range(9)
    ]

    assert codes == list(range(9))


def test_small_program_is_not_said_to_have_filled_a_small_limit(either_jail):
    record = either_jail.run(ExecProgram(argv=("/bin/true",)), limits=replace(LIMITS, memory_bytes=6 << 20))

    assert record.exit_code == 0
    assert not record.memory_exceeded


def test_live_program_and_others_run_side_by_side(either_jail):
    with either_jail.start(PythonProgram(files={"main.py": b"print(input())"}), limits=LIMITS) as live:
        record = either_jail.run(CAT, stdin=b"x", limits=LIMITS)

        live.kill()
        ended = live.wait()

    assert record.stdout == b"file\nx"
    assert ended.signal == 9


def test_machine_without_a_compiler_does_without(monkeypatch, forgetful):
    monkeypatch.setattr(starter.shutil, "which", lambda *_, **__: None)

    assert starter.starter_descriptor() == -1
    with Jail() as jail:
        assert jail.run(CAT, stdin=b"y", limits=LIMITS).stdout == b"file\ny"


def test_compiler_that_fails_is_done_without(monkeypatch, forgetful):
    def fail(*_, **__):
        raise subprocess.CalledProcessError(1, "cc")

    monkeypatch.setattr(starter.subprocess, "run", fail)

    assert starter.starter_descriptor() == -1
