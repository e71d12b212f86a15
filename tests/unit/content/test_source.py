from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.content.source import Source, split_language


def test_each_file_is_taken_once_and_the_rest_is_refused():
    source = Source({"files/a": b"1", "files/b/c": b"2", "oops": b""})

    below = source.take_below("files")

    assert below == {"a": b"1", "b/c": b"2"}
    with pytest.raises(ContentError, match="oops"):
        source.finish()


@pytest.mark.parametrize(
    ("name", "parts"), [("python.fr", ("python", "fr")), ("python", ("python", "")), (".fr", (".fr", ""))]
)
def test_a_name_may_end_in_a_language(name, parts):
    assert split_language(name) == parts
