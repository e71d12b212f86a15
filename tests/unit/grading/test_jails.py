"""Which jail a program gets."""

from __future__ import annotations

import pytest

from etude.grading.jails import JailSet


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


def test_jails_are_made_when_first_needed_and_kept(make, made):
    jails = JailSet(make=make, uid=7)

    assert made == []
    assert jails.answer(0) is jails.answer(0)
    assert jails.script() is jails.script()
    assert jails.native() is jails.native()
    assert jails.judge() is jails.judge()
    assert [jail.options["uid"] for jail in made] == [7, 7, 7, 7]


def test_script_and_judge_never_run_in_the_jail_of_the_answer(make):
    jails = JailSet(make=make)

    assert len({id(jails.answer(0)), id(jails.script()), id(jails.native()), id(jails.judge())}) == 4


def test_another_hash_seed_replaces_the_jail(make):
    jails = JailSet(make=make)
    first = jails.answer(0)

    second = jails.answer(1)

    assert (first.is_closed, second.options["hash_seed"]) == (True, 1)


def test_closing_ends_all_of_them_and_they_can_be_made_again(make, made):
    with JailSet(make=make) as jails:
        jails.answer(0)
        jails.native()

    assert [jail.is_closed for jail in made] == [True, True]
    assert jails.answer(0) is made[2]
