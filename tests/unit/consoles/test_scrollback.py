from __future__ import annotations

from etude.consoles.scrollback import Scrollback


def test_who_was_here_gets_the_rest_and_who_comes_gets_all():
    kept = Scrollback()
    kept.add(b"one\ntwo\n")

    assert kept.after(4) == (b"two\n", True)
    assert kept.after(0) == (b"one\ntwo\n", True)
    assert kept.after(8) == (b"", True)


def test_an_endless_output_costs_no_more_than_twice_what_is_kept():
    kept = Scrollback(kept_bytes=100)

    for _ in range(1000):
        kept.add(b"x" * 60 + b"\n")

    assert kept.end == 61_000
    assert kept.end - kept.begin <= 200


def test_what_begins_in_the_middle_begins_at_a_line():
    kept = Scrollback(kept_bytes=10)
    kept.add("été\nun deux\ntrois\n".encode() * 3)

    data, is_whole = kept.after(0)

    assert (data, is_whole) == (b"trois\n", False)


def test_a_place_that_never_was_is_answered_with_what_there_is():
    kept = Scrollback()
    kept.add(b"first\nsecond\n")

    assert kept.after(10_000) == (b"second\n", False)
    assert kept.after(-1) == (b"second\n", False)


def test_tail_is_the_end():
    kept = Scrollback()
    kept.add(b"abc")

    assert (kept.tail(2), kept.tail(10)) == (b"bc", b"abc")
