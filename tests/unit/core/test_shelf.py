from __future__ import annotations

import errno
import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from etude.core.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_kept_is_found_by_its_hash(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")

    sha256 = shelf.keep(b"tests")

    assert sha256 == hashlib.sha256(b"tests").hexdigest()
    assert shelf.find(sha256) == b"tests"
    assert (tmp_path / "shelf").stat().st_mode & 0o777 == 0o700


def test_nothing_is_found_under_a_hash_that_was_never_kept(tmp_path: Path) -> None:
    assert Shelf(tmp_path).find("0" * 64) is None


def test_damaged_bytes_are_not_given_out_and_go(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    sha256 = shelf.keep(b"tests")
    (tmp_path / sha256).write_bytes(b"testz")

    assert shelf.find(sha256) is None
    assert list(tmp_path.iterdir()) == []


def test_above_the_size_the_longest_unused_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, size_bytes=25)
    first, second = shelf.keep(b"1" * 10), shelf.keep(b"2" * 10)
    for age_s, sha256 in ((100, first), (50, second)):
        os.utime(tmp_path / sha256, (age_s, age_s))
    shelf.find(first)

    third = shelf.keep(b"3" * 10)

    assert shelf.find(second) is None
    assert shelf.find(first)
    assert shelf.find(third)


def test_full_disk_keeps_nothing_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_values: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    shelf = Shelf(tmp_path)

    sha256 = shelf.keep(b"tests")

    assert shelf.find(sha256) is None
    assert list(tmp_path.iterdir()) == []


def test_only_a_hash_becomes_part_of_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        Shelf(tmp_path).find("../../etc/passwd")
