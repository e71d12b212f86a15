"""An answer that is read whole is checked only where its first run ended badly, and once at the most."""

from __future__ import annotations

from etude.grading.engine import grade
from etude.grading.job import Test
from etude.grading.verdict import Status
from etude.jail import JailError

TWO = tuple(Test(name=name, stdin=b"", expected=b"1") for name in "ab")


def test_a_first_run_that_ends_well_proves_that_the_answer_compiles(fake_jails, fake_jail, play, make_job):
    play(b"1", b"1")

    verdict = grade(make_job("", tests=TWO), fake_jails)

    assert (verdict.status, verdict.compile.ok, len(fake_jail.asked)) == (Status.AC, True, 2)


def test_a_first_run_that_ends_badly_is_told_only_after_a_check(
    fake_jails, fake_jail, play, make_job, make_record, syntax_error
):
    play(make_record(exit_code=1))
    fake_jail.checks.append(syntax_error)
    told = []

    verdict = grade(make_job("", tests=TWO), fake_jails, on_test=told.append)

    assert (verdict.status, verdict.tests, told) == (Status.CE, (), [])
    assert [line.message for line in verdict.compile.lines] == ["SyntaxError: x"]


def test_an_answer_is_checked_once_at_the_most(fake_jails, fake_jail, play, make_job, make_record):
    play(make_record(exit_code=1), make_record(exit_code=1))

    verdict = grade(make_job("", tests=TWO), fake_jails)

    assert ([result.status for result in verdict.tests], len(fake_jail.asked)) == ([Status.RTE, Status.RTE], 3)


def test_a_check_that_fails_after_a_bad_run_is_our_fault(fake_jails, fake_jail, play, make_job, make_record):
    play(make_record(exit_code=1))
    fake_jail.checks.extend([JailError("gone"), JailError("gone")])

    assert grade(make_job("", expected=b"1"), fake_jails).status is Status.IE


def test_where_a_test_brings_a_module_the_answer_is_checked_before(fake_jails, fake_jail, make_job, syntax_error):
    fake_jail.checks.append(syntax_error)

    verdict = grade(make_job("", expected=b"1", files={"main.py": b""}), fake_jails)

    assert (verdict.status, len(fake_jail.asked)) == (Status.CE, 1)


def test_a_report_of_the_syntax_that_cannot_be_read_is_our_fault(fake_jails, fake_jail, make_job, make_record):
    fake_jail.checks.extend([make_record(stdout=b"[{"), make_record(stdout=b"[{")])
    brings_a_module = Test(name="a", expected=b"1", files={"beside.py": b""})

    verdict = grade(make_job("", tests=(brings_a_module,)), fake_jails)

    assert (verdict.status, verdict.tests) == (Status.IE, ())
