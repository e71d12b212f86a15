"""The jail of an audit: it names what was refused, and judges as any other."""

from __future__ import annotations

from dataclasses import replace

from etude.grading.auditing import AuditedJail
from etude.grading.engine import grade
from etude.grading.jails import JailSet
from etude.grading.verdict import Status
from etude.jail import Limits, PythonProgram

TRIES = """
import socket
try:
    socket.socket()
except OSError:
    print("refused")
"""
LIMITS = Limits(cpu_time_s=5, wall_time_s=20, memory_bytes=256 << 20)


def test_what_is_run_is_audited_and_what_is_talked_to_runs_all_the_same():
    program = PythonProgram(files={"main.py": TRIES.encode()})
    jail = AuditedJail()

    run = jail.run(program, limits=LIMITS)
    live = jail.start(program, limits=LIMITS)
    started = live.wait()
    live.close()
    jail.close()

    assert (run.stdout, run.refused_calls) == (b"refused\n", ("socket",))
    assert (started.exit_code, started.refused_calls) == (0, ())


def test_a_compiler_is_watched_too(make_job, fake_jails, fake_jail, make_record):
    refused = make_record(exit_code=1, stderr=b"main.c:1:1: error: no", refused_calls=("socketpair",))
    fake_jail.playback.append(refused)

    verdict = grade(make_job("int", "c", expected=b""), fake_jails)

    assert (verdict.status, verdict.compile.refused_calls) == (Status.CE, ("socketpair",))


def test_a_set_of_jails_is_made_of_it():
    made = []

    def make(**options):
        made.append(AuditedJail(**options))
        return made[-1]

    with JailSet(make=make) as jails:
        record = jails.answer(0).run(PythonProgram(files={"main.py": b""}), limits=replace(LIMITS, cpu_time_s=1))

    assert (len(made), record.refused_calls) == (1, ())
