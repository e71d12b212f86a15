"""Tests that run before they are asked for give what they would have given, in the order of the job."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from threading import Event, Lock, current_thread

import pytest

from etude.grading.ahead import RunAhead
from etude.grading.engine import grade
from etude.grading.groups import tests_in_order as in_order
from etude.grading.jail_pool import JailPool
from etude.grading.job import Job, Test, TestGroup
from etude.grading.verdict import Status, TestResult
from etude.jail import IsolationUnavailable

PATIENCE_S = 20.0
NAMES = "abcde"


def job_of(*names: str, **fields) -> Job:
    tests = tuple(Test(name=name, stdin=name.encode(), expected=b"1") for name in names)
    group = TestGroup(name="group", points=Decimal(10), tests=tests, **fields)
    return Job(language="python", files={"main.py": b""}, groups=(group,))


def result_of(test: Test, group: TestGroup) -> TestResult:
    return TestResult(name=test.name, group=group.name, visibility=group.visibility, status=Status.AC)


@pytest.fixture
def pool():
    with JailPool(2) as made:
        yield made


def test_the_next_test_runs_beside_the_one_that_is_asked_for(pool):
    job = job_of("a", "b")
    begun = {"a": Event(), "b": Event()}

    def run(_jails, test, group):
        begun[test.name].set()
        assert all(event.wait(PATIENCE_S) for event in begun.values())
        return result_of(test, group)

    with pool.borrow() as jails, RunAhead(jails, in_order(job), run) as ahead:
        found = [ahead(test, group).name for test, group in in_order(job)]

    assert found == ["a", "b"]


def test_every_test_runs_once_and_no_set_serves_two_at_a_time(pool):
    job = job_of(*NAMES)
    ran, used, lock = [], [], Lock()

    def run(jails, test, group):
        with lock:
            assert jails not in used
            used.append(jails)
            ran.append(test.name)
        with lock:
            used.remove(jails)
        return result_of(test, group)

    with pool.borrow() as jails, RunAhead(jails, in_order(job), run) as ahead:
        for test, group in in_order(job):
            ahead(test, group)

    assert sorted(ran) == list(NAMES)


def test_a_test_that_is_left_out_does_not_stop_the_others(pool):
    job = job_of(*NAMES)
    order = list(in_order(job))

    with pool.borrow() as jails, RunAhead(jails, order, lambda _jails, test, group: result_of(test, group)) as ahead:
        found = [ahead(*order[number]).name for number in (0, 3, 4)]

    assert found == ["a", "d", "e"]


def test_what_a_test_beside_raised_is_raised_when_it_is_asked_for(pool):
    order = list(in_order(job_of("a", "b")))

    def run(_jails, test, group):
        if test.name == "b":
            raise IsolationUnavailable("no user namespaces")
        return result_of(test, group)

    with pool.borrow() as jails, RunAhead(jails, order, run) as ahead:
        assert ahead(*order[0]).name == "a"
        with pytest.raises(IsolationUnavailable):
            ahead(*order[1])


def test_after_an_endless_loop_nothing_runs_beside(pool):
    order = list(in_order(job_of("a", "b", "c", "d")))
    where, is_first_begun = {}, Event()

    def run(jails, test, group):
        where[test.name] = jails
        if test.name == "a":
            is_first_begun.set()
        assert is_first_begun.wait(PATIENCE_S)
        return replace(result_of(test, group), status=Status.TLE)

    with pool.borrow() as jails, RunAhead(jails, order, run) as ahead:
        for asked in order:
            ahead(*asked)

    assert [where[name] is jails for name in "abcd"] == [True, False, True, True]


def test_the_end_waits_for_what_nobody_asked_for(pool):
    order = list(in_order(job_of("a", "b")))
    ended = []

    def run(_jails, test, group):
        ended.append(test.name)
        if test.name == "b":
            raise IsolationUnavailable("nobody will know")
        return result_of(test, group)

    with pool.borrow() as jails, RunAhead(jails, order, run) as ahead:
        ahead(*order[0])

    assert sorted(ended) == ["a", "b"]


def test_a_pool_in_full_use_runs_nothing_beside(pool):
    with pool.borrow() as jails, pool.borrow():
        assert jails.run_beside(lambda _jails: None) is None


def test_a_set_that_somebody_waits_for_is_not_spared(pool, monkeypatch):
    monkeypatch.setattr(pool, "_waiting", 1)

    assert pool.run_beside(lambda _jails: None) is None


def test_what_runs_beside_never_keeps_a_worker_from_ending(pool):
    found = pool.run_beside(lambda _jails: current_thread().daemon)

    assert found.result(PATIENCE_S)


def test_a_closed_pool_runs_nothing_beside(pool):
    pool.close()

    assert pool.run_beside(lambda _jails: None) is None


@pytest.mark.parametrize("size", [1, 2])
def test_the_order_and_the_verdict_are_the_same_however_many_run(play_everywhere, size, make_record):
    outputs = {b"a": b"1", b"b": b"2", b"c": b"1", b"d": b"2", b"e": b"1"}
    told = []

    with JailPool(size, make=play_everywhere(outputs)) as pool, pool.borrow() as jails:
        verdict = grade(job_of(*NAMES, scoring="sum"), jails, on_test=told.append)

    assert [result.name for result in told] == list(NAMES)
    assert [result.status for result in verdict.tests] == ["AC", "WA", "AC", "WA", "AC"]
    assert (verdict.status, verdict.score) == (Status.WA, Decimal("6.00"))


@pytest.mark.parametrize("size", [1, 2])
def test_a_job_ends_as_early_however_many_run(play_everywhere, size):
    outputs = {b"a": b"1", b"b": b"2", b"c": b"1", b"d": b"1", b"e": b"1"}
    told = []

    with JailPool(size, make=play_everywhere(outputs)) as pool, pool.borrow() as jails:
        verdict = grade(job_of(*NAMES, on_reject="stop"), jails, on_test=told.append)

    assert [result.name for result in told] == [result.name for result in verdict.tests] == ["a", "b"]


@pytest.fixture
def play_everywhere(make_record):
    """Jails that all print what is said for an input."""

    def make(outputs):
        class Playing:
            def __init__(self, **_options) -> None:
                pass

            def run(self, _program, *, stdin=b"", **_options):
                return make_record(stdout=outputs[stdin])

            def close(self) -> None:
                pass

        return Playing

    return make
