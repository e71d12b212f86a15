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


def test_one_in_the_place_of_another_is_new_to_whoever_followed_the_other_and_shown_from_its_first_line():
    former = Scrollback()
    former.add(b"first program\nits end")
    kept = Scrollback(first=former.end + 1)

    kept.add(b"second\nprogram\n")

    assert kept.after(former.end) == (b"second\nprogram\n", False)
    assert kept.after(0) == (b"second\nprogram\n", False)
    assert kept.after(kept.end) == (b"", True)


def test_a_class_that_asks_the_same_is_given_the_very_same_bytes():
    kept = Scrollback()
    kept.add(b"one\ntwo\n")

    assert kept.after(4)[0] is kept.after(4)[0]


def test_a_copy_does_not_grow():
    kept = Scrollback(first=7)
    kept.add(b"one\n")
    copied = kept.copy()

    kept.add(b"two\n")

    assert (copied.end, copied.after(7)) == (11, (b"one\n", True))
