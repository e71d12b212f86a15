"""What a C or C++ program says when it stops itself."""

from __future__ import annotations

import pytest

from etude.grading import gnu
from etude.grading.languages import Source

SOURCE = Source(files={"main.c": b""}, main="main.c")


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        (
            b"terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector::at\n",
            "The program stopped: uncaught std::out_of_range: vector::at",
        ),
        (b"terminate called after throwing an instance of 'int'\n", "The program stopped: uncaught int"),
        (
            b"program: ./main.c:3: main: Assertion `1 == 2' failed.\n",
            "The program stopped on line 3 of main.c: Assertion `1 == 2' failed",
        ),
        (b"program: ./malloc.c:3: free: Assertion `p' failed.\n", "None"),
        (
            b"said before\nfree(): double free detected in tcache 2\n",
            "The program stopped: free(): double free detected in tcache 2",
        ),
        (
            b"*** stack smashing detected ***: terminated\n",
            "The program stopped: *** stack smashing detected ***: terminated",
        ),
        (b"nothing that is known\n", "None"),
    ],
)
def test_what_stopped_a_program_is_read_from_its_last_words(stderr: bytes, said: str) -> None:
    assert str(gnu.explain(stderr, SOURCE)) == said
