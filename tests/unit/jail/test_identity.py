from __future__ import annotations

import os

import pytest

from etude.jail import identity


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(identity, "_mapped_ranges", lambda: [(0, 2**32 - 1)])


@pytest.fixture
def taken(monkeypatch):
    numbers: set[int] = set()
    monkeypatch.setattr(identity, "_is_taken", lambda number: number in numbers)
    return numbers


def test_ordinary_user_keeps_its_own_identity(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1234)

    assert identity.uid_for_jails(7) is None


def test_root_gets_an_unused_number(as_root, taken):
    assert identity.uid_for_jails(None) == 2_000_000_057


def test_default_moves_on_when_it_is_taken(as_root, taken):
    taken.add(2_000_000_057)

    assert identity.uid_for_jails(None) == 65_533


def test_default_is_one_that_a_container_maps(as_root, taken, monkeypatch):
    monkeypatch.setattr(identity, "_mapped_ranges", lambda: [(0, 65_536)])

    assert identity.uid_for_jails(None) == 65_533


def test_number_of_ones_own_choice_is_taken(as_root, taken):
    assert identity.uid_for_jails(70_000) == 70_000


def test_number_of_somebody_is_refused(as_root, taken):
    taken.add(70_000)

    with pytest.raises(ValueError, match="belongs to somebody"):
        identity.uid_for_jails(70_000)


@pytest.mark.parametrize("number", [0, -1, 2**32])
def test_root_and_impossible_numbers_are_refused(number, as_root, taken):
    with pytest.raises(ValueError, match="not a usable user id"):
        identity.uid_for_jails(number)


def test_real_accounts_are_recognised():
    assert identity._is_taken(0)
    assert not identity._is_taken(2_000_000_057)


def test_no_number_left_is_said(as_root, monkeypatch):
    monkeypatch.setattr(identity, "_is_taken", lambda _number: True)

    with pytest.raises(ValueError, match="No unused user id"):
        identity.uid_for_jails(None)
