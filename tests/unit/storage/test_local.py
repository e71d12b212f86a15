from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from etude.config import Config
from etude.core.errors import TooLarge
from etude.storage import FileMissing, StorageFull, is_intact, keep_files, open_storage, storages
from etude.storage.local import LocalStorage

if TYPE_CHECKING:
    from pathlib import Path

HELLO = hashlib.sha256(b"hello").hexdigest()
MEGABYTE = 1_000_000


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "uploads")


def put(storage: LocalStorage, data: bytes) -> str:
    return storage.put(io.BytesIO(data), max_bytes=MEGABYTE).sha256


def files_in(storage: LocalStorage) -> list[Path]:
    return sorted(path for path in storage.root.rglob("*") if path.is_file() and path.name != ".lock")


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def test_bytes_are_kept_under_their_hash_in_folders_of_two_levels(storage: LocalStorage) -> None:
    stored = storage.put(io.BytesIO(b"hello"), max_bytes=MEGABYTE)

    assert (stored.sha256, stored.size_bytes) == (HELLO, 5)
    assert files_in(storage) == [storage.root / HELLO[:2] / HELLO[2:4] / HELLO]
    assert [one.sha256 for one in storage.list_stored()] == [HELLO]


def test_only_the_servers_account_can_read_what_is_kept(storage: LocalStorage) -> None:
    put(storage, b"hello")

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [storage.root, *storage.root.rglob("*")]}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())


def test_the_same_bytes_are_kept_once(storage: LocalStorage) -> None:
    put(storage, b"hello")
    put(storage, b"hello")

    assert len(files_in(storage)) == 1


def test_kept_bytes_are_read_back(storage: LocalStorage) -> None:
    sha256 = put(storage, b"hello")

    with storage.open(sha256) as file:
        assert file.read() == b"hello"


def test_more_than_the_cap_is_refused_and_leaves_nothing(storage: LocalStorage) -> None:
    with pytest.raises(TooLarge):
        storage.put(io.BytesIO(b"x" * 2 * MEGABYTE), max_bytes=MEGABYTE)

    assert files_in(storage) == []


def test_no_more_than_the_cap_is_read_from_an_endless_source(storage: LocalStorage) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    source = Endless()

    with pytest.raises(TooLarge):
        storage.put(source, max_bytes=MEGABYTE)

    assert source.given == MEGABYTE + 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    put(storage, b"kept before")

    def fail(*_args: object, **_kwargs: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(StorageFull, match="disk is full"):
            put(storage, b"hello")

    assert len(files_in(storage)) == 1


def test_a_really_full_disk_is_a_sentence_and_leaves_nothing(storage: LocalStorage) -> None:
    # /dev/full is the one file of every Linux that has no room.
    storage.root.mkdir(mode=0o700)
    opened = os.open
    full = os.open("/dev/full", os.O_WRONLY)

    def open_full(path: object, flags: int, *args: int) -> int:
        descriptor = opened(path, flags, *args)
        if str(path).endswith(".part"):
            os.dup2(full, descriptor)
        return descriptor

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "open", open_full)
        with pytest.raises(StorageFull):
            put(storage, b"hello")
    os.close(full)

    assert files_in(storage) == []


def test_a_source_that_breaks_off_leaves_nothing(storage: LocalStorage) -> None:
    class Broken(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.put(Broken(), max_bytes=MEGABYTE)

    assert files_in(storage) == []


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", HELLO.upper(), HELLO + "/", "a" * 63])
def test_what_is_no_hash_never_becomes_a_path(storage: LocalStorage, sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        storage.open(sha256)


def test_unknown_bytes_are_missing(storage: LocalStorage) -> None:
    with pytest.raises(FileMissing):
        storage.open(HELLO)

    assert not storage.holds(HELLO)


def test_a_link_in_the_place_of_a_file_is_not_followed(storage: LocalStorage, tmp_path: Path) -> None:
    put(storage, b"hello")
    place = files_in(storage)[0]
    place.unlink()
    (tmp_path / "secret").write_text("secret")
    place.symlink_to(tmp_path / "secret")

    with pytest.raises(FileMissing):
        storage.open(HELLO)


def test_a_folder_in_the_place_of_a_file_is_refused(storage: LocalStorage) -> None:
    (storage.root / HELLO[:2] / HELLO[2:4] / HELLO).mkdir(parents=True)

    with pytest.raises(FileMissing):
        storage.open(HELLO)


def test_a_damaged_file_is_found_and_healed_by_handing_it_in_again(storage: LocalStorage) -> None:
    put(storage, b"hello")
    files_in(storage)[0].write_bytes(b"hellO")

    assert not is_intact(storage, HELLO)

    put(storage, b"hello")

    assert is_intact(storage, HELLO)


def test_what_was_put_before_a_time_can_be_deleted(storage: LocalStorage) -> None:
    put(storage, b"hello")

    assert storage.delete(HELLO, before=in_an_hour())
    assert not storage.holds(HELLO)
    assert not storage.delete(HELLO, before=in_an_hour())


def test_what_was_put_again_since_is_not_deleted(storage: LocalStorage) -> None:
    put(storage, b"hello")
    os.utime(files_in(storage)[0], (0, 0))
    put(storage, b"hello")

    assert not storage.delete(HELLO, before=datetime.now(UTC) - timedelta(hours=1))
    assert storage.holds(HELLO)


def test_what_a_killed_process_left_is_deleted_when_it_is_old(storage: LocalStorage) -> None:
    put(storage, b"hello")
    left = storage.root / "incoming" / ".0123.part"
    left.write_bytes(b"half")

    assert storage.delete_unfinished(before=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert storage.delete_unfinished(before=in_an_hour()) == 1
    assert not left.exists()
    assert storage.holds(HELLO)


def test_the_place_of_an_installation_is_its_uploads_folder(tmp_path: Path) -> None:
    storage = open_storage(Config(data=tmp_path))

    assert storage.put(io.BytesIO(b"hello"), max_bytes=10).sha256 == HELLO
    assert (tmp_path / "uploads" / HELLO[:2] / HELLO[2:4] / HELLO).is_file()
    assert set(storages.load()) >= {"local"}


def test_waiting_files_are_kept_with_their_names(storage: LocalStorage, tmp_path: Path) -> None:
    class Waiting:
        name = "été.txt"
        path = tmp_path / "waiting"
        content_type = "text/plain"

    Waiting.path.write_bytes(b"hello")

    (kept,) = keep_files(storage, [Waiting()])

    assert (kept.name, kept.content_type, kept.sha256, kept.size_bytes) == ("été.txt", "text/plain", HELLO, 5)
    assert is_intact(storage, HELLO)
    assert not Waiting.path.exists()


def test_waiting_files_go_also_when_there_is_no_room(storage: LocalStorage, tmp_path: Path) -> None:
    class Waiting:
        name = "a.txt"
        path = tmp_path / "waiting"
        content_type = "text/plain"

    Waiting.path.write_bytes(b"hello")

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(StorageFull):
            keep_files(storage, [Waiting()])

    assert not Waiting.path.exists()
