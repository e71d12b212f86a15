"""Which thread gets which set of jails, and what an idle pool gives back."""

from __future__ import annotations

import queue

import pytest

from etude.grading.jail_pool import JailPool


@pytest.fixture
def made(monkeypatch):
    """Jails made so far."""
    return []


@pytest.fixture
def make(made):
    class Made:
        def __init__(self, **options) -> None:
            self.options = options
            self.is_open = self.is_closed = False
            made.append(self)

        def open(self) -> None:
            self.is_open = True

        def close(self) -> None:
            self.is_closed = True

    return Made


def test_a_pool_lends_each_set_to_one_thread_at_a_time(make):
    with JailPool(2, make=make) as pool, pool.borrow() as first, pool.borrow() as second:
        assert first is not second
        with pytest.raises(queue.Empty), pool.borrow(timeout_s=0.001):
            pass


def test_a_set_is_lent_again_even_after_a_fault(make):
    pool = JailPool(1, make=make)
    with pytest.raises(RuntimeError), pool.borrow():
        raise RuntimeError

    with pool.borrow(timeout_s=0.001) as jails:
        assert jails is not None


def test_a_pool_is_warmed_before_the_first_student(make, made):
    with JailPool(2, make=make) as pool:
        pool.warm()

        assert [jail.is_open for jail in made] == [True] * 4

    assert [jail.is_closed for jail in made] == [True] * 4


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


def test_compilers_of_a_set_that_nobody_uses_are_ended_and_its_warm_jails_stay(make):
    seconds = Seconds()
    with JailPool(2, make=make, clock=seconds) as pool:
        with pool.borrow() as jails:
            answer, script, native, judge = jails.answer(0), jails.script(), jails.native(), jails.judge()
        seconds.now_s += 59
        pool.rest(60)
        early = native.is_closed
        seconds.now_s += 1
        pool.rest(60)

        assert (early, native.is_closed, judge.is_closed) == (False, True, True)
        assert (answer.is_closed, script.is_closed) == (False, False)
        assert jails.native() is not native


def test_compilers_of_a_set_in_use_or_used_since_stay(make):
    seconds = Seconds()
    with JailPool(2, make=make, clock=seconds) as pool:
        with pool.borrow() as held, pool.borrow() as idle:
            in_use, ended = held.native(), idle.native()
            held_again = pool.borrow()
        with held_again as again:
            seconds.now_s += 60
            pool.rest(60)
            kept = again.native()

            assert kept in {in_use, ended}
            assert not kept.is_closed
            assert {in_use.is_closed, ended.is_closed} == {True, False}
        pool.rest(60)

        assert not kept.is_closed


def test_every_set_can_be_borrowed_after_a_rest_and_the_warmest_comes_first(make):
    seconds = Seconds()
    with JailPool(3, make=make, clock=seconds) as pool:
        with pool.borrow():
            pass
        seconds.now_s += 60
        with pool.borrow() as last:
            pass
        pool.rest(60)

        with pool.borrow() as first, pool.borrow(), pool.borrow():
            assert first is last
