from __future__ import annotations

import pytest

from etude.importers.kattis.patterns import is_matched


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("secret", "secret/group1/1", True),
        ("secret/*-easy", "secret/1-easy", True),
        ("secret/*", "secret/group1/1", True),
        ("secret/*/1", "secret/group1/2", False),
        ("*/1", "secret/group1", False),
        ("secret/{a,b}/1", "secret/b/1", True),
        ("{simple,complex}.py", "complex.py", True),
        ("secret.", "secret1", False),
    ],
)
def test_star_stays_within_a_name_and_a_folder_stands_for_all_in_it(pattern, path, expected):
    assert is_matched(pattern, path) is expected


def test_braces_without_end_cost_no_more_than_a_moment():
    assert not is_matched("{a,b}" * 200, "a" * 200)
