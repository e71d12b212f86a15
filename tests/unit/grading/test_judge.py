"""How a run ended, and which of two reasons wins."""

from __future__ import annotations

import pytest

from etude.grading import languages
from etude.grading.job import Limits
from etude.grading.judge import jail_limits, judge_run
from etude.grading.languages import Source
from etude.grading.verdict import Status

LIMITS = Limits(cpu_time_s=1.0, memory_bytes=64 << 20)
TRACE = b'Traceback (most recent call last):\n  File "/box/main.py", line 7, in <module>\n    x\n%s\n'


def judged(record, language: str = "python"):
    return judge_run(record, LIMITS, languages.load()[language], Source(files={"main.py": b""}, main="main.py"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.AC),
        ({"exit_code": 1}, Status.RTE),
        ({"exit_code": None, "signal": 11}, Status.RTE),
        ({"exit_code": None, "signal": 9, "cpu_exceeded": True}, Status.TLE),
        ({"exit_code": None, "signal": 9, "wall_exceeded": True}, Status.TLE),
        ({"cpu_us": 1_000_001}, Status.TLE),
        ({"exit_code": 1, "memory_exceeded": True}, Status.MLE),
        ({"exit_code": 1, "memory_kb": 63 << 10}, Status.MLE),
        ({"exit_code": None, "signal": 9, "output_exceeded": True}, Status.OLE),
        # Precedence: output, memory, time, run-time error.
        ({"output_exceeded": True, "memory_exceeded": True, "cpu_exceeded": True}, Status.OLE),
        ({"memory_exceeded": True, "cpu_exceeded": True, "exit_code": 1}, Status.MLE),
        ({"wall_exceeded": True, "exit_code": 1}, Status.TLE),
        ({"exit_code": None, "signal": 9, "cpu_exceeded": True, "memory_kb": 63 << 10}, Status.TLE),
    ],
)
def test_a_run_ends_with_this_status(make_record, fields, status):
    assert judged(make_record(**fields)).status is status


@pytest.mark.parametrize(
    ("language", "stderr", "status"),
    [
        ("python", TRACE % b"MemoryError", Status.MLE),
        ("python", TRACE % b"ValueError: MemoryError is no excuse\nValueError: x", Status.RTE),
        ("cpp", b"terminate called\n  what():  std::bad_alloc\n", Status.MLE),
        ("c", b"std::bad_alloc\n", Status.RTE),
    ],
)
def test_a_program_that_was_refused_memory_is_known_by_its_last_words(make_record, language, stderr, status):
    assert judged(make_record(exit_code=1, stderr=stderr), language).status is status


def test_words_about_memory_do_not_excuse_a_program_that_ended_well(make_record):
    assert judged(make_record(stderr=b"MemoryError")).status is Status.AC


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"signal": 31, "exit_code": None}, "The program made a forbidden system call."),
        ({"signal": 50, "exit_code": None}, "The program was ended by signal 50."),
        ({"exit_code": 3}, "The program ended with exit code 3 instead of 0."),
        ({"cpu_exceeded": True}, "The program took longer than the limit (1 s)."),
        ({"wall_exceeded": True}, "The program was still waiting or sleeping after 3 s."),
        ({"memory_exceeded": True}, "The program needed more memory than the limit (64 MB)."),
        ({"output_exceeded": True}, "The program printed more than is allowed."),
        ({"exit_code": 1, "stderr": TRACE % b"NameError: x"}, "The program stopped on line 7 of main.py: NameError: x"),
        (
            {"exit_code": 1, "stderr": TRACE % b"EOFError: EOF when reading a line"},
            "On line 7 the program asked for more input than there was.",
        ),
        ({"exit_code": 1, "stderr": b"own words"}, "The program ended with exit code 1 instead of 0."),
    ],
)
def test_the_reason_is_a_sentence(make_record, fields, sentence):
    assert str(judged(make_record(**fields)).message) == sentence


def test_a_line_of_the_library_is_not_blamed_on_the_answer(make_record):
    stderr = TRACE.replace(b"    x\n", b'    x\n  File "/usr/lib/python3.11/json/decoder.py", line 355, in decode\n')

    message = judged(make_record(exit_code=1, stderr=stderr % b"ValueError: x")).message

    assert message is not None
    assert message.values["line"] == 7


def test_the_limits_go_to_the_jail_as_they_are():
    limits = jail_limits(Limits(cpu_time_s=2, memory_bytes=32 << 20, output_bytes=99))

    assert (limits.cpu_time_s, limits.wall_time_s, limits.memory_bytes) == (2, 6, 32 << 20)
    assert limits.output_bytes == 99


def test_processes_of_an_answer_that_may_fork_share_its_memory():
    limits = jail_limits(Limits(memory_bytes=256 << 20, may_fork=True))

    assert (limits.may_fork, limits.threads * limits.memory_bytes) == (True, 256 << 20)
