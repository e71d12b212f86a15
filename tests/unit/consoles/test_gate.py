from __future__ import annotations

import pytest

from etude.consoles.gate import FULL_BYTES, Gate

LINES = b"one\r\ntwo\r\nthree"


@pytest.fixture
def gate():
    gate = Gate("step")
    gate.add(LINES)
    return gate


def test_live_everything_comes_at_once():
    gate = Gate()

    gate.add(LINES)

    assert gate.take(0.0) == (LINES, None)


def test_in_steps_a_line_comes_when_it_is_called_for(gate):
    assert gate.take(0.0) == (b"", None)

    gate.call()

    assert gate.take(1000.0) == (b"one\r\n", None)
    assert gate.take(2000.0) == (b"", None)


def test_a_question_without_a_newline_and_what_is_typed_behind_it_are_one_line(gate):
    for _ in range(3):
        gate.call()
        gate.take(0.0)

    gate.add(b" Zo")
    gate.add(b"\xc3\xa9\r\nfour\r\n")

    assert gate.take(0.0) == (b" Zo\xc3\xa9\r\n", None)
    assert gate.held == b"four\r\n"


def test_a_line_called_for_twice_before_it_is_printed_is_one():
    gate = Gate("step")
    gate.call()
    gate.call()

    gate.add(LINES)

    assert gate.take(0.0) == (b"one\r\n", None)
    assert gate.take(0.0) == (b"", None)


def test_slowly_lines_come_one_by_one_and_it_says_when_the_next_comes():
    gate = Gate("slow")
    gate.add(LINES)

    assert gate.take(10.0) == (b"one\r\n", 0.5)
    assert gate.take(10.25) == (b"", 0.25)
    assert gate.take(10.5) == (b"two\r\n", 0.5)
    assert gate.take(60.0) == (b"three", None)


def test_a_pause_holds_back_even_the_line_that_has_begun():
    gate = Gate()
    gate.add(b"Name? ")
    gate.take(0.0)

    gate.set("live", is_paused=True)
    gate.add(b"Zo")
    paused = gate.take(1.0)
    gate.set("live", is_paused=False)

    assert paused == (b"", None)
    assert gate.take(2.0) == (b"Zo", None)


def test_a_line_that_was_begun_live_is_finished_in_steps():
    gate = Gate()
    gate.add(b"Name? ")
    gate.take(0.0)

    gate.set("step", is_paused=False)
    gate.add(b"Ben\r\nHello")

    assert gate.take(0.0) == (b"Ben\r\n", None)


def test_a_program_that_prints_more_than_is_shown_has_to_wait(gate):
    assert not gate.is_full

    gate.add(b"x" * FULL_BYTES)

    assert gate.is_full
    assert gate.drain() == LINES + b"x" * FULL_BYTES
    assert not gate.is_full


def test_a_pace_that_is_none_is_refused(gate):
    with pytest.raises(KeyError):
        gate.set("never", is_paused=False)
