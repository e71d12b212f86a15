from __future__ import annotations

import pytest

from etude.features.authoring.source_lines import find_line

TEXT = b"""format = 1
title = { fr = "a" }

[limits]
time_s = 2

[[test_group]]
name = "one"

[[test_group.test]]
name = "x"

[[test_group]] # the second
name = "two"
points = 5
[[test_group.test]]
name = "y"
input = 3
"""


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("title.fr", 2),
        ("limits.time_s", 5),
        ("test_group[1].name", 8),
        ("test_group[2].points", 15),
        ("test_group[2].test[1].input.fr", 18),
        ("limits.memory_mb", 4),
        ("", 0),
    ],
)
def test_a_key_is_found_at_its_line(field: str, line: int) -> None:
    assert find_line({"a/activity.toml": TEXT}, "a/activity.toml", field, {}) == line


def test_a_line_that_the_parser_knows_is_taken_and_a_file_without_keys_has_none() -> None:
    assert find_line({}, "a/activity.toml", "", {"line": "7"}) == 7
    assert find_line({"a/x.in": b""}, "a/x.in", "stdin", {}) == 0
