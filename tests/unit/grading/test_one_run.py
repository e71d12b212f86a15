"""One run of a program for its author: what it printed, and whose fault it is when there is nothing."""

from __future__ import annotations

import pytest

from etude.grading import toolchains
from etude.grading.engine import run_once
from etude.grading.jails import JailSet
from etude.grading.job import Limits, RunJob
from etude.grading.verdict import Status
from etude.jail import IsolationUnavailable, JailError


def test_one_run_gives_what_the_program_printed(fake_jails, play, make_record):
    play(make_record(stdout="été\0".encode(), stderr=b"err", cpu_us=5))

    result = run_once(RunJob(language="python", files={"main.py": b""}), fake_jails)

    assert (result.status, result.stdout, result.stderr, result.cpu_us) == (Status.AC, "été␀", "err", 5)


def test_one_run_that_does_not_compile_says_so(fake_jails, fake_jail):
    result = run_once(RunJob(language="python", files={"x.txt": b""}), fake_jails)

    assert (result.status, result.compile.ok, fake_jail.asked) == (Status.CE, False, [])


def test_one_run_is_tried_again_once(fake_jails, play):
    play(JailError("gone"), b"1")

    assert run_once(RunJob(language="python", files={"main.py": b""}), fake_jails).stdout == "1"


def test_one_run_that_fails_twice_is_our_fault(fake_jails, play):
    play(JailError("gone"), JailError("gone"))

    assert run_once(RunJob(language="python", files={"main.py": b""}), fake_jails).status is Status.IE


def test_one_run_whose_compiler_fails_is_our_fault(fake_jails, fake_jail):
    fake_jail.playback.extend([JailError("gone"), JailError("gone")])

    assert run_once(RunJob(language="c", files={"main.c": b""}), fake_jails).status is Status.IE


def test_one_run_without_isolation_is_refused(fake_jails, play):
    play(IsolationUnavailable("no user namespaces"))

    with pytest.raises(IsolationUnavailable):
        run_once(RunJob(language="python", files={"main.py": b""}), fake_jails)


@pytest.mark.parametrize("language", ["c", "cobol"])
def test_one_run_in_a_language_that_is_not_here_is_our_fault(fake_jails, monkeypatch, language):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    assert run_once(RunJob(language=language, files={"main.c": b""}), fake_jails).status is Status.IE


def test_one_run_with_an_error_in_its_syntax_says_so(fake_jails, fake_jail, play, make_record, syntax_error):
    play(make_record(exit_code=1))
    fake_jail.checks.append(syntax_error)

    result = run_once(RunJob(language="python", files={"main.py": b""}), fake_jails)

    assert (result.status, str(result.message)) == (Status.CE, "The program does not compile.")


def test_one_run_that_may_start_processes_is_refused_in_the_reduced_tier(fake_jail):
    jails = JailSet(tier="reduced", make=lambda **_options: fake_jail)

    result = run_once(RunJob(language="python", files={"main.py": b""}, limits=Limits(may_fork=True)), jails)

    assert (result.status, fake_jail.asked) == (Status.IE, [])
    assert "start processes" in str(result.message)
