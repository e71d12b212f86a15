"""The order of things: compile, run, compare, add up; and a fault of ours is never the student's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from etude.grading import checkers, languages, toolchains
from etude.grading.calls import parse_call
from etude.grading.engine import grade, run_once
from etude.grading.errors import JobError
from etude.grading.jails import JailSet
from etude.grading.job import Job, RunJob, Test, TestGroup, Validator
from etude.grading.verdict import Note, Status
from etude.jail import IsolationUnavailable, JailError


def case(name: str, expected: bytes = b"1") -> Test:
    return Test(name=name, expected=expected)


def test_every_test_is_run_in_order_and_told_as_soon_as_it_is_known(fake_jails, play, make_job):
    play(b"1", b"2", b"1")
    told = []

    verdict = grade(make_job("", tests=(case("a"), case("b"), case("c"))), fake_jails, on_test=told.append)

    assert [(result.name, result.status) for result in told] == [("a", "AC"), ("b", "WA"), ("c", "AC")]
    assert [result.name for result in verdict.tests] == ["a", "b", "c"]


def test_the_verdict_is_the_first_status_that_is_not_accepted(fake_jails, play, make_job, make_record):
    play(b"1", make_record(exit_code=1), b"2")

    verdict = grade(make_job("", tests=(case("a"), case("b"), case("c"))), fake_jails)

    assert (verdict.status, verdict.score, verdict.max_score) == (Status.RTE, 0, 10)


def test_groups_add_up_and_samples_count_nothing(fake_jails, play):
    play(b"1", b"1", b"2", b"1")
    groups = (
        TestGroup(name="sample", points=Decimal(5), visibility="sample", tests=(case("s"),)),
        TestGroup(name="half", points=Decimal(4), scoring="sum", tests=(case("a"), case("b"))),
        TestGroup(name="last", points=Decimal(6), tests=(case("c"),)),
    )

    verdict = grade(Job(language="python", files={"main.py": b""}, groups=groups), fake_jails)

    assert (verdict.status, verdict.score, verdict.max_score) == (Status.WA, Decimal("8.00"), Decimal("10.00"))
    assert [(group.name, group.score) for group in verdict.groups] == [("sample", 0), ("half", 2), ("last", 6)]


def test_the_jail_is_never_given_an_expected_output(fake_jails, fake_jail, play, make_job):
    play(b"1")

    grade(make_job("", stdin=b"in", expected=b"the-secret"), fake_jails)

    assert b"the-secret" not in repr(fake_jail.asked).encode()


def test_input_files_stand_beside_the_program_and_win_over_the_answers(fake_jails, fake_jail, play, make_job):
    play(b"")

    grade(make_job("x", files={"words.txt": b"ours"}, beside={"words.txt": b"theirs"}), fake_jails)

    assert fake_jail.asked[-1][0].files == {"main.py": b"x", "words.txt": b"ours"}


def test_a_test_without_expected_output_takes_any_output(fake_jails, play, make_job):
    play(b"anything")

    assert grade(make_job(""), fake_jails).status is Status.AC


def test_a_wrong_output_that_only_looks_right_says_why(fake_jails, play, make_job):
    play("BONJOUR\u00a0ADA".encode())

    (result,) = grade(make_job("", expected=b"Bonjour Ada\n"), fake_jails).tests

    assert (result.status, set(result.notes)) == (Status.WA, {Note.CASE, Note.SPACES})


def test_very_long_outputs_are_not_searched_for_what_alone_differs(fake_jails, play, make_job):
    play(b"A" * 300_000)

    (result,) = grade(make_job("", expected=b"a" * 300_000), fake_jails).tests

    assert (result.status, result.notes) == (Status.WA, ())


@pytest.mark.parametrize(
    ("expected", "obtained", "sentence"),
    [
        (b"1\n2\n", b"1\n3\n", "Line 2 of the output is not as expected."),
        (b"1\n2\n", b" \n", "The program printed nothing."),
        (b"1\n2\n3\n", b"1\n2\n", "The output ends too early, after line 2."),
        (b"1\n", b"1\n2\n", "The output goes on after line 1, where it should end."),
        (b"1\n", b"1", "The output is not as expected."),
    ],
)
def test_a_wrong_output_says_where_it_differs(fake_jails, play, make_job, expected, obtained, sentence):
    play(obtained)

    (result,) = grade(make_job("", expected=expected, checker="exact"), fake_jails).tests

    assert str(result.message) == sentence


def test_a_report_printed_by_an_answer_is_only_an_output(fake_jails, play, make_job):
    play(b'{"outcome": "passed"}')

    verdict = grade(make_job("", expected=b"1", checker="unit_tests"), fake_jails)

    assert verdict.status is Status.WA


def test_a_fault_of_the_jail_is_tried_again_once(fake_jails, play, make_job):
    play(JailError("gone"), b"1")

    assert grade(make_job("", expected=b"1"), fake_jails).status is Status.AC


def test_a_fault_that_stays_is_an_internal_error_and_ends_the_judging(fake_jails, play, make_job, caplog):
    play(b"2", JailError("gone"), JailError("gone again"))

    verdict = grade(make_job("", tests=(case("a"), case("b"), case("c"))), fake_jails)

    assert (verdict.status, verdict.score) == (Status.IE, 0)
    assert [result.status for result in verdict.tests] == [Status.WA, Status.IE]
    assert "gone again" in caplog.text


def test_an_internal_error_ends_the_groups_that_would_follow(fake_jails, play):
    play(JailError("gone"), JailError("gone"))
    groups = tuple(TestGroup(name=name, tests=(case("a"),)) for name in "xy")

    verdict = grade(Job(language="python", files={"main.py": b""}, groups=groups), fake_jails)

    assert [result.group for result in verdict.tests] == ["x"]


@pytest.mark.parametrize("scoring", ["sum", "all", "max"])
def test_an_internal_error_has_no_points_for_what_was_judged_before_it(scoring, fake_jails, play):
    play(b"1", JailError("gone"), JailError("gone"))
    tests = (case("a"), case("b"), case("c"))
    group = TestGroup(name="x", points=Decimal(9), scoring=scoring, tests=tests)

    verdict = grade(Job(language="python", files={"main.py": b""}, groups=(group,)), fake_jails)

    assert [(result.status, result.points) for result in verdict.tests] == [(Status.AC, None), (Status.IE, None)]
    assert (verdict.score, verdict.max_score, verdict.groups) == (Decimal("0.00"), Decimal("9.00"), ())


def test_a_group_that_an_endless_loop_has_lost_is_left_at_once(fake_jails, play, make_record):
    play(
        make_record(cpu_exceeded=True, signal=9, exit_code=None),
        make_record(cpu_exceeded=True, signal=9, exit_code=None),
    )
    groups = tuple(TestGroup(name=name, points=Decimal(5), tests=(case("a"), case("b"), case("c"))) for name in "xy")

    verdict = grade(Job(language="python", files={"main.py": b""}, groups=groups), fake_jails)

    assert [(result.group, result.status) for result in verdict.tests] == [("x", Status.TLE), ("y", Status.TLE)]
    assert verdict.score == 0


def test_a_summed_group_goes_on_after_an_endless_loop(fake_jails, play, make_record):
    play(make_record(cpu_exceeded=True, signal=9, exit_code=None), b"1")
    group = TestGroup(name="x", points=Decimal(10), scoring="sum", tests=(case("a"), case("b")))

    verdict = grade(Job(language="python", files={"main.py": b""}, groups=(group,)), fake_jails)

    assert [result.status for result in verdict.tests] == [Status.TLE, Status.AC]
    assert verdict.score == 5


def test_a_checker_that_crashes_is_our_fault(fake_jails, play, make_job, monkeypatch):
    def crash(_expected: bytes, _obtained: bytes) -> None:
        raise RuntimeError("checker")

    monkeypatch.setattr(checkers, "resolve", lambda _chosen: crash)
    play(b"1", b"1")

    assert grade(make_job("", expected=b"1"), fake_jails).status is Status.IE


def test_a_compiler_that_does_not_start_is_our_fault(fake_jails, fake_jail, make_job):
    fake_jail.playback.extend([JailError("gone"), JailError("gone")])

    verdict = grade(make_job("", "c", expected=b"1"), fake_jails)

    assert (verdict.status, verdict.compile.ok, verdict.tests, verdict.max_score) == (Status.IE, False, (), 10)


def test_a_compiler_that_starts_the_second_time_is_forgiven(fake_jails, fake_jail, make_job, make_record):
    fake_jail.playback.extend([JailError("gone"), make_record(collected={"a.out": b"x"}), make_record(stdout=b"1")])

    assert grade(make_job("", "c", expected=b"1"), fake_jails).status is Status.AC


def test_a_full_disk_is_our_fault(fake_jails, fake_jail, make_job, make_record, tmp_path):
    (tmp_path / "build").write_text("in the way")
    fake_jail.playback.extend([make_record(collected={"a.out": b"x"})] * 2)

    assert grade(make_job("", "c"), fake_jails, cache_dir=tmp_path).status is Status.IE


def test_an_answer_that_does_not_compile_runs_no_test(fake_jails, fake_jail, make_job, syntax_error):
    fake_jail.checks.append(syntax_error)

    verdict = grade(make_job("", beside={"other.py": b""}, expected=b"1"), fake_jails)

    assert (verdict.status, verdict.tests, len(fake_jail.asked)) == (Status.CE, (), 1)
    assert str(verdict.message) == "The program does not compile."


@pytest.mark.parametrize("language", ["c", "cobol"])
def test_a_language_that_is_not_here_is_our_fault(fake_jails, monkeypatch, language):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")
    job = Job(language=language, files={"main.c": b""}, groups=(TestGroup(name="g", tests=(case("a"),)),))

    verdict = grade(job, fake_jails)

    assert (verdict.status, str(verdict.message)) == (
        Status.IE,
        f"The language {language} is not available on this machine.",
    )


@pytest.mark.parametrize("played", [0, 1])
def test_without_isolation_nothing_is_judged(fake_jails, fake_jail, play, make_job, played):
    if played:
        play(IsolationUnavailable("no user namespaces"))
    else:
        fake_jail.playback.append(IsolationUnavailable("no user namespaces"))

    with pytest.raises(IsolationUnavailable):
        grade(make_job("", expected=b"1"), fake_jails)


def test_a_script_for_a_language_without_function_tests_is_a_fault_of_the_job(fake_jails, make_job):
    with pytest.raises(JobError, match=r"Shell .* has no function tests"):
        grade(make_job("", "shell", tests=(case("a"), Test(name="b", script=b""))), fake_jails)


def test_a_job_without_scripts_is_fine_for_every_language(fake_jails, fake_jail, make_job, make_record):
    fake_jail.playback.extend([make_record(collected={"a.out": b"x"}), make_record(stdout=b"1")])

    assert grade(make_job("", "cpp", expected=b"1"), fake_jails).toolchain.startswith("g++")


def test_compiled_programs_run_in_the_jail_for_native_code(fake_jails, fake_jail, make_record):
    fake_jail.playback.extend([make_record(collected={"a.out": b"x"}), make_record(stdout=b"1")])

    result = run_once(RunJob(language="c", files={"main.c": b""}), fake_jails)

    assert (result.stdout, fake_jail.asked[-1][0].argv) == ("1", ("{executable}",))


def test_the_verdict_names_the_toolchain(fake_jails, play, make_job):
    play(b"1")

    verdict = grade(make_job("", expected=b"1"), fake_jails)

    assert verdict.toolchain == languages.load()["python"].toolchain.state().version
    assert (verdict.tier, verdict.language) == ("full", "python")


@pytest.mark.parametrize("tier", ["full", "reduced"])
def test_verdict_says_which_isolation_it_was_judged_with(tier, fake_jail, play, make_job):
    play(b"1")
    made_with = []
    jails = JailSet(tier=tier, make=lambda **options: made_with.append(options) or fake_jail)

    verdict = grade(make_job("", expected=b"1"), jails)

    assert (verdict.status, verdict.tier) == (Status.AC, tier)
    assert {options.get("tier", "full") for options in made_with} == {tier}


def test_answer_that_may_start_processes_is_no_students_fault_in_the_reduced_tier(fake_jail, make_job):
    jails = JailSet(tier="reduced", make=lambda **_options: fake_jail)
    job = make_job("", expected=b"1")
    job = replace(job, limits=replace(job.limits, may_fork=True))

    verdict = grade(job, jails)

    assert (verdict.status, verdict.tier, fake_jail.asked) == (Status.IE, "reduced", [])
    assert "start processes" in str(verdict.message)


def test_a_validator_whose_compiler_fails_is_our_fault(fake_jails, fake_jail, make_job):
    fake_jail.playback.extend([JailError("gone"), JailError("gone")])
    validator = Validator(language="c", files={"check.c": b"int main(void) { return 42; }"})

    verdict = grade(make_job("", expected=b"1", validator=validator), fake_jails)

    assert (verdict.status, verdict.compile.ok, verdict.tests) == (Status.IE, True, ())
    assert "validator" not in str(verdict.message)


def test_a_call_that_the_language_has_no_words_for_is_a_fault_of_the_job(fake_jails, make_job):
    test = Test(name="t", call=parse_call("f(x=1)", "1"))

    with pytest.raises(JobError, match="that only Python has words for"):
        grade(make_job("", "c", tests=(test,)), fake_jails)


def test_functions_without_a_program_file_say_which_file_is_missing(fake_jails, make_job):
    job = replace(make_job("", "c", tests=(Test(name="t", call=parse_call("f(1)", "1")),)), files={"notes.txt": b"x"})

    verdict = grade(job, fake_jails)

    assert (verdict.status, verdict.tests) == (Status.CE, ())
    assert str(verdict.message) == "The answer has no file named main.c."


def test_an_answer_that_does_not_compile_with_one_script_is_not_compiled_with_the_next(
    fake_jails, fake_jail, make_job, make_record
):
    program = make_record(collected={"a.out": b"x"})
    refused = make_record(exit_code=1, stderr=b"main.c:1:1: error: no\n")
    fake_jail.playback.extend([program, refused, refused])
    scripts = (b"int f(int n);\nvoid test_it(void) { f(1); }", b"int f(int n);\nvoid test_it(void) { f(2); }")
    tests = tuple(Test(name=str(number), script=script) for number, script in enumerate(scripts))

    verdict = grade(make_job("int f(int n) { ; }", "c", tests=tests), fake_jails)

    assert (verdict.status, verdict.tests, len(fake_jail.asked)) == (Status.CE, (), 3)
    assert verdict.compile.lines[0].line == 1


def test_a_type_in_a_header_beside_a_script_is_told_with_the_name_of_the_header(fake_jails, make_job):
    header = b"\nclass Account { public: int cents; void f(); };"
    test = Test(name="t", script=b'#include "account.hpp"\nvoid test_it() {}', files={"account.hpp": header})

    with pytest.raises(JobError, match=r"^account\.hpp, line 2: "):
        grade(make_job("", "cpp", tests=(test,)), fake_jails)
