from __future__ import annotations

import errno
import os

import pytest

from etude.system_errors import REASONS, reason


@pytest.mark.parametrize("number", REASONS)
def test_english_is_what_the_system_says_itself(number: int) -> None:
    assert str(reason(OSError(number, "whatever"))) == os.strerror(number)


def test_unknown_refusal_is_said_in_the_systems_words() -> None:
    assert str(reason(OSError(errno.EXDEV, "Invalid cross-device link"))) == "Invalid cross-device link"
    assert str(reason(OSError("no number at all"))) == "no number at all"
