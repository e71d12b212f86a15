from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

from etude.web.sizes import show_bytes

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (999_400, "999 kB"),
        (999_600, "1 MB"),
        (1_250_000, "1.2 MB"),
        (20_000_000, "20 MB"),
    ],
)
def test_sizes_are_in_words(app: Flask, size_bytes: int, words: str) -> None:
    with app.test_request_context("/"), force_locale("en"):
        assert show_bytes(size_bytes) == words
