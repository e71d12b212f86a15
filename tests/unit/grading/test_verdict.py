"""What is kept of texts, and sentences that wait for their translation."""

from __future__ import annotations

import pytest

from etude.grading.messages import Message
from etude.grading.verdict import HEAD_BYTES, Head


def test_a_short_text_is_kept_whole():
    head = Head.of("été\n".encode())

    assert (head.text, head.size_bytes, head.is_cut) == ("été\n", 6, False)


def test_a_long_text_is_cut_and_says_so():
    head = Head.of(b"x" * (HEAD_BYTES + 1))

    assert (len(head.text), head.size_bytes, head.is_cut) == (HEAD_BYTES, HEAD_BYTES + 1, True)


@pytest.mark.parametrize(("data", "text"), [(b"a\xffb", "a\ufffdb"), (b"a\0b", "a␀b"), (b"\xed\xa0\x80", "\ufffd" * 3)])
def test_what_no_database_takes_is_replaced(data, text):
    assert Head.of(data).text == text


def test_a_message_is_its_english_sentence():
    assert str(Message("Line %(line)s: %(word)s", {"line": 3, "word": "x"})) == "Line 3: x"


def test_the_values_of_a_message_are_cleaned():
    message = Message("%(word)s", {"word": "a\ud800\0"})

    assert message.values["word"] == "a?␀"
