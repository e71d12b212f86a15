from __future__ import annotations

from etude.consoles import endings
from etude.grading.messages import Message


def test_a_program_that_was_stopped_is_told_of_in_our_words():
    said = endings.sentence("staff", None, minutes=10, said={"name": "Ada", "reason": "Enough."})

    assert said is not None
    assert said.msgid == "%(name)s stopped your program: %(reason)s"
    assert dict(said.values) == {"minutes": 10, "name": "Ada", "reason": "Enough."}


def test_a_program_that_ended_by_itself_is_told_of_in_those_of_the_engine():
    words = Message("The program divides by zero.", {})

    assert endings.sentence("ended", words, minutes=10, said={}) is words
    assert endings.sentence("fault", words, minutes=10, said={}) is words
    assert endings.sentence("ended", None, minutes=10, said={}) is None
