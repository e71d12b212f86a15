"""Audit mode names what was refused and changes nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etude.jail import ExecProgram, Jail, JailError, PythonProgram

from .conftest import LIMITS

CALLS = b"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for number in (41, 323, 101): print(libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno())
try: os.fork()
except OSError as error: print(error)
"""


@pytest.fixture(scope="module", params=[True, False], ids=["helper", "no helper"])
def audited(request):
    with Jail(audit=True, helper=request.param) as jail:
        yield jail


def test_refused_calls_are_named(audited):
    record = audited.run(PythonProgram(files={"main.py": CALLS}), limits=LIMITS)

    assert record.refused_calls == ("clone", "ptrace", "socket", "userfaultfd")


def test_program_sees_the_same_refusals_as_without_audit(audited, jail):
    program = PythonProgram(files={"main.py": CALLS})

    strict, told = jail.run(program, limits=LIMITS), audited.run(program, limits=LIMITS)

    assert told.stdout == strict.stdout == b"-1 1\n" * 3 + b"[Errno 1] Operation not permitted\n"
    assert strict.refused_calls == ()


@pytest.mark.parametrize(("profile", "refused"), [("native", ("socketpair",)), ("general", ())])
def test_profile_is_the_programs(profile, refused, audited):
    source = "import socket\ntry: socket.socketpair()\nexcept OSError as error: print(error.errno)"
    program = PythonProgram(files={"main.py": source.encode()}, profile=profile)

    record = audited.run(program, limits=LIMITS)

    assert record.refused_calls == refused
    assert record.stdout == (b"1\n" if refused else b"")


@pytest.mark.parametrize("profile", ["native", "compiler"])
def test_executed_programs_are_audited_too(profile, audited):
    record = audited.run(ExecProgram(argv=("/bin/echo", "x"), profile=profile), limits=LIMITS)

    assert (record.stdout, record.refused_calls) == (b"x\n", ())


def test_program_that_is_killed_while_it_is_refused_ends_all_the_same(audited):
    source = b"import ctypes\nlibc = ctypes.CDLL(None)\nwhile True: libc.syscall(41, 2, 1, 0)"

    record = audited.run(PythonProgram(files={"main.py": source}), limits=replace(LIMITS, cpu_time_s=0.2))

    assert record.cpu_exceeded
    assert record.refused_calls == ("socket",)


def test_failed_set_up_is_still_reported(audited):
    with pytest.raises(JailError, match="No such file"):
        audited.run(ExecProgram(argv=("/usr/bin/no-such-program",)), limits=LIMITS)

    assert audited.run(ExecProgram(argv=("/bin/true",)), limits=LIMITS).exit_code == 0


def test_live_programs_cannot_be_audited(audited):
    with pytest.raises(ValueError, match="no live programs"):
        audited.start(PythonProgram(files={"main.py": b""}), limits=LIMITS)
