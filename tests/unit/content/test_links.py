from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.content.links import follow_links

FILES = {"a/1.in": b"1", "a/1.ans": b"2", "b/2.in": b"3"}


def test_a_link_to_a_file_is_that_file():
    assert follow_links(FILES, {"b/1.in": "../a/1.in"}, 10)["b/1.in"] == b"1"


def test_a_link_to_a_folder_is_all_that_is_in_it():
    found = follow_links(FILES, {"c": "./a"}, 10)

    assert {path: data for path, data in found.items() if path.startswith("c/")} == {"c/1.in": b"1", "c/1.ans": b"2"}


def test_links_on_the_way_and_within_are_followed():
    found = follow_links(FILES, {"x": "y", "y": "a", "z": "x/1.in", "b/more": "../y"}, 20)

    assert (found["x/1.in"], found["z"], found["b/more/1.ans"]) == (b"1", b"1", b"2")
    assert follow_links(found, {"d": "b"}, 20)["d/more/1.ans"] == b"2"


def test_a_folder_with_a_link_in_it_is_expanded_through():
    assert follow_links(FILES, {"b/1": "../a/1.in", "c": "b"}, 20)["c/1"] == b"1"


@pytest.mark.parametrize(
    ("links", "sentence"),
    [
        ({"x": "/etc/passwd"}, "out of the folder"),
        ({"x": "../secret"}, "out of the folder"),
        ({"x": "a/../../secret"}, "out of the folder"),
        ({"x": "y/1.in", "y": "/tmp"}, "out of the folder"),
        ({"x": "y", "y": "x"}, "in a circle"),
        ({"x": "x"}, "in a circle"),
        ({"a/up": ".."}, "in a circle"),
        ({"a/self": "."}, "in a circle"),
        ({"a/x": "../b", "b/y": "../a"}, "in a circle"),
        ({"x": "nothing"}, "leads to nothing"),
        ({"x": ""}, "in a circle"),
    ],
)
def test_a_link_that_cannot_be_followed_is_a_sentence_that_names_it(links, sentence):
    with pytest.raises(ContentError, match=sentence) as caught:
        follow_links(FILES, links, 10)

    assert caught.value.path in links


def test_links_cannot_make_more_of_a_tree_than_it_may_hold():
    links = {f"l{place}": f"l{place - 1}x" for place in range(1, 30)}
    doubling = {f"d{place}/{side}": f"../d{place - 1}" for place in range(1, 40) for side in "ab"}

    with pytest.raises(ContentError, match="more than 100 files"):
        follow_links({"d0/1": b""}, doubling, 100)
    with pytest.raises(ContentError):
        follow_links({"a": b""}, links, 100)
