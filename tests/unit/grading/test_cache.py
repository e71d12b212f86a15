"""Compiled programs appear whole, are found again, and make room."""

from __future__ import annotations

import os
import threading
import time

import pytest

from etude.grading.cache import BuildCache

HOUR_AGO = time.time() - 3600


@pytest.fixture
def cache(tmp_path) -> BuildCache:
    return BuildCache(directory=tmp_path / "build", size_bytes=250)


def age(cache: BuildCache, key: str) -> None:
    for path in cache.directory.glob(f"{key}*"):
        os.utime(path, (HOUR_AGO, HOUR_AGO))


def test_what_was_stored_is_found(cache):
    path = cache.store("k", b"program", "a warning")

    assert cache.find("k") == (path, "a warning")
    assert path.read_bytes() == b"program"


def test_what_was_not_stored_is_not_found(cache):
    assert cache.find("k") is None


def test_only_the_owner_may_enter_the_folder(cache):
    cache.store("k", b"program", "")

    assert cache.directory.stat().st_mode & 0o077 == 0


def test_an_empty_program_is_not_found(cache):
    cache.store("k", b"", "")

    assert cache.find("k") is None


def test_a_program_whose_text_is_damaged_is_not_found(cache):
    cache.store("k", b"program", "").with_suffix(".txt").write_bytes(b"\xff")

    assert cache.find("k") is None


def test_the_longest_unused_programs_make_room(cache):
    for key in ("a", "b"):
        cache.store(key, b"x" * 100, "")
        age(cache, key)
    cache.find("a")

    cache.store("c", b"x" * 100, "")

    assert [key for key in "abc" if cache.find(key)] == ["a", "c"]


def test_a_program_in_use_is_kept_even_above_the_size(cache):
    for key in "abc":
        cache.store(key, b"x" * 200, "")

    assert all(cache.find(key) for key in "abc")


def test_finding_a_program_leaves_the_time_by_which_the_jail_knows_it(cache):
    path = cache.store("k", b"program", "")
    age(cache, "k")

    cache.find("k")

    assert path.stat().st_mtime == pytest.approx(HOUR_AGO)


def test_what_a_killed_process_left_is_swept(cache):
    cache.store("a", b"x", "")
    left = cache.directory / ".new-abc"
    left.write_bytes(b"half")
    os.utime(left, (HOUR_AGO, HOUR_AGO))

    cache.store("b", b"x", "")

    assert not left.exists()
    assert cache.find("a") is not None


def test_a_program_that_cannot_be_written_leaves_nothing(cache, monkeypatch):
    cache.store("a", b"x", "")

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)

    with pytest.raises(OSError, match="No space left"):
        cache.store("b", b"x", "")
    assert {path.name for path in cache.directory.iterdir()} == {"a", "a.txt"}


def test_an_entry_removed_by_another_process_meanwhile_is_no_fault(cache, monkeypatch):
    cache.store("a", b"x", "")

    class Vanished:
        def stat(self, *, follow_symlinks: bool) -> None:
            raise FileNotFoundError

    class Listing(list):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(os, "scandir", lambda _path: Listing([Vanished()]))

    assert cache.store("b", b"x", "").exists()


def test_many_threads_store_and_find_the_same_program_whole(cache):
    program, seen = b"x" * 100_000, []

    def work() -> None:
        for _ in range(5):
            cache.store("k", program, "")
            found = cache.find("k")
            seen.append(found is not None and found[0].read_bytes() == program)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [True] * 20


def test_the_key_changes_with_compiler_flags_names_and_contents():
    keys = {
        BuildCache.key(("gcc 12", "-O2"), {"a": b"1", "b": b"2"}),
        BuildCache.key(("gcc 13", "-O2"), {"a": b"1", "b": b"2"}),
        BuildCache.key(("gcc 12", "-O1"), {"a": b"1", "b": b"2"}),
        BuildCache.key(("gcc 12", "-O2"), {"a": b"1", "c": b"2"}),
        BuildCache.key(("gcc 12", "-O2"), {"a": b"1", "b": b"3"}),
        BuildCache.key(("gcc 12", "-O2"), {"a": b"1b", "b": b"2"}),
    }

    assert len(keys) == 6


def test_the_key_does_not_depend_on_the_order_of_the_files():
    assert BuildCache.key((), {"a": b"1", "b": b"2"}) == BuildCache.key((), {"b": b"2", "a": b"1"})
