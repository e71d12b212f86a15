from __future__ import annotations

import os

import pytest

from etude.content import ContentError
from etude.content.tree import PACKAGE_LIMITS, TreeBuilder, TreeLimits, names_in_folder, read_tree, write_tree

SMALL = TreeLimits(max_files=2, max_file_bytes=1_000_000, max_total_bytes=1_500_000)


def test_a_folder_is_read_in_order_and_traces_of_systems_are_left_out(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "é.txt").write_bytes(b"2")
    (tmp_path / "a.txt").write_bytes(b"1")
    for name in (".git", "__MACOSX", "__pycache__"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_bytes(b"")
    (tmp_path / "Thumbs.db").write_bytes(b"")

    assert read_tree(tmp_path) == {"a.txt": b"1", "b/é.txt": b"2"}


def test_what_was_written_is_read_again(tmp_path):
    tree = {"a/b/c.bin": bytes(range(256)), "d.txt": b""}

    write_tree(tree, tmp_path / "new")

    assert read_tree(tmp_path / "new") == tree


@pytest.mark.parametrize("target", ["/etc/passwd", "a.txt", "nowhere", "/etc"])
def test_a_link_is_refused_wherever_it_leads(tmp_path, target):
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "link").symlink_to(target)

    with pytest.raises(ContentError, match="Links") as caught:
        read_tree(tmp_path)

    assert caught.value.path == "link"


def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ContentError, match="Only ordinary files"):
        read_tree(tmp_path)


def test_a_name_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"")

    with pytest.raises(ContentError, match=r"control characters|not UTF-8") as caught:
        read_tree(tmp_path)

    assert str(caught.value).isprintable()


def test_too_many_files_are_refused(tmp_path):
    for number in range(3):
        (tmp_path / str(number)).write_bytes(b"")

    with pytest.raises(ContentError, match="more than 2 files"):
        read_tree(tmp_path, SMALL)


@pytest.mark.parametrize("sizes", [(1_000_001,), (1_000_000, 600_000)])
def test_too_many_bytes_are_refused(tmp_path, sizes):
    for number, size in enumerate(sizes):
        (tmp_path / str(number)).write_bytes(bytes(size))

    with pytest.raises(ContentError, match="1 MB at most, all files together 1 MB"):
        read_tree(tmp_path, SMALL)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(ContentError, match="cannot be read"):
        read_tree(tmp_path / "nowhere")


def test_nothing_is_written_into_a_folder_that_holds_something(tmp_path):
    (tmp_path / "mine").write_bytes(b"")

    with pytest.raises(ContentError, match="not empty"):
        write_tree({"a": b""}, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_nothing_is_written_through_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    with pytest.raises(ContentError, match="not empty"):
        write_tree({"a": b""}, tmp_path / "link")


@pytest.mark.parametrize("path", ["../a", "/a", "a/../../b", "a\0b"])
def test_nothing_is_written_outside_the_folder(tmp_path, path):
    with pytest.raises(ContentError):
        write_tree({path: b""}, tmp_path / "new")

    assert not (tmp_path / "a").exists()


def test_where_links_are_followed_they_are_what_they_lead_to(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1 #.in").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to("b/1 #.in")

    assert read_tree(tmp_path, PACKAGE_LIMITS) == {"a/1 #.in": b"x", "b/1 #.in": b"x", "c": b"x"}


def test_where_any_name_is_taken_it_still_stays_inside(tmp_path):
    builder = TreeBuilder(PACKAGE_LIMITS)

    builder.add("back\\slash?", b"")

    with pytest.raises(ContentError, match="inside the folder"):
        builder.add("../out", b"")
    with pytest.raises(ContentError, match="control characters"):
        builder.add("a\nb", b"")


def test_what_a_format_needs_is_not_left_out(tmp_path):
    (tmp_path / ".timelimit").write_text("2")
    (tmp_path / ".git").write_text("")

    assert read_tree(tmp_path, PACKAGE_LIMITS) == {".timelimit": b"2"}


def test_names_are_known_without_reading(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "init.yml").touch()

    assert sorted(names_in_folder(tmp_path)) == ["a", "a/init.yml"]
