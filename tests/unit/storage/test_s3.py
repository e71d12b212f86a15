from __future__ import annotations

import hashlib
import io
import os
import socket
import sys
import tracemalloc
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests import object_store

from etude.config import Config, ConfigError
from etude.core.errors import TooLarge
from etude.storage import MAX_FILE_BYTES, FileMissing, StorageAway, StorageFull, is_intact, open_storage, s3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.object_store import ObjectStore

    from etude.storage.s3 import S3Storage

HELLO = hashlib.sha256(b"hello").hexdigest()
MEGABYTE = 1_000_000
SETTINGS: dict[str, Any] = {
    "storage": "s3",
    "s3_bucket": "school",
    "s3_access_key": "key",
    "s3_secret_key": "secret",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store.running(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def config(store: ObjectStore, tmp_path: Path) -> Config:
    return store.config(tmp_path)


@pytest.fixture
def storage(config: Config) -> S3Storage:
    return open_storage(config)


def put(storage: S3Storage, data: bytes) -> str:
    return storage.put(io.BytesIO(data), max_bytes=MEGABYTE).sha256


def hashes_in(storage: S3Storage) -> list[str]:
    return [one.sha256 for one in storage.list_stored()]


def overwrite(storage: S3Storage, sha256: str, data: bytes) -> None:
    storage._place.client.put_object(Bucket=storage._place.bucket, Key=f"uploads/{sha256}", Body=data)


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def test_bytes_are_kept_once_under_their_hash_and_read_back(storage: S3Storage) -> None:
    stored = [storage.put(io.BytesIO(b"hello"), max_bytes=MEGABYTE) for _ in range(2)]

    assert {(one.sha256, one.size_bytes) for one in stored} == {(HELLO, 5)}
    assert list(storage.list_stored()) == stored[:1]
    with storage.open(HELLO) as file:
        assert file.read() == b"hello"
    assert is_intact(storage, HELLO)


def test_unknown_bytes_are_missing(storage: S3Storage) -> None:
    with pytest.raises(FileMissing):
        storage.open(HELLO)

    assert not storage.holds(HELLO)
    assert not is_intact(storage, HELLO)


def test_more_than_the_cap_is_refused_and_nothing_is_sent(storage: S3Storage, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        storage.put(io.BytesIO(b"x" * 2 * MEGABYTE), max_bytes=MEGABYTE)

    assert hashes_in(storage) == []
    assert list((tmp_path / "tmp").iterdir()) == []


def test_largest_file_passes_up_and_down_in_little_memory(storage: S3Storage, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(os.urandom(MEGABYTE) * 48)
    storage.holds(HELLO)

    tracemalloc.start()
    with path.open("rb") as source:
        stored = storage.put(source, max_bytes=MAX_FILE_BYTES)
    unharmed = is_intact(storage, stored.sha256)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (stored.size_bytes, unharmed) == (MAX_FILE_BYTES, True)
    assert peak_bytes < 8 * MEGABYTE


def test_file_is_read_from_anywhere_without_what_stands_before(storage: S3Storage) -> None:
    data = os.urandom(900_000)
    sha256 = put(storage, data)
    with storage.open(sha256) as file:
        file.seek(-10, io.SEEK_END)
        end = file.read()
        file.seek(700_000)
        middle = file.read(5)

    assert (end, middle) == (data[-10:], data[700_000:700_005])


def test_connection_that_breaks_while_reading_is_opened_again_from_there(storage: S3Storage) -> None:
    data = os.urandom(900_000)
    raw = storage.open(put(storage, data)).raw

    first = raw.read(300_000)
    raw._body._raw_stream.close()
    rest = raw.readall()
    raw.close()

    assert first + rest == data


def test_damaged_bytes_are_found_and_healed_by_handing_them_in_again(storage: S3Storage) -> None:
    put(storage, b"hello")
    overwrite(storage, HELLO, b"hellO")
    damaged = is_intact(storage, HELLO)

    put(storage, b"hello")

    assert (damaged, is_intact(storage, HELLO)) == (False, True)


def test_what_is_no_hash_is_neither_asked_for_nor_listed(storage: S3Storage) -> None:
    overwrite(storage, "notes.txt", b"not ours")

    with pytest.raises(ValueError, match="SHA-256"):
        storage.open("../secret")

    assert hashes_in(storage) == []


def test_only_what_is_older_is_deleted(storage: S3Storage) -> None:
    put(storage, b"hello")

    kept = storage.delete(HELLO, before=datetime.now(UTC) - timedelta(hours=1))
    deleted = storage.delete(HELLO, before=in_an_hour())

    assert (kept, deleted, hashes_in(storage)) == (False, True, [])
    assert not storage.delete(HELLO, before=in_an_hour())


def test_bytes_that_were_handed_in_while_they_were_deleted_come_back(
    storage: S3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(storage, b"hello")
    copy = storage._copy

    def hand_in_meanwhile(key: str, to: str) -> None:
        copy(key, to)
        put(storage, b"hello")

    with monkeypatch.context() as patched:
        patched.setattr(storage, "_copy", hand_in_meanwhile)
        storage.delete(HELLO, before=in_an_hour())

    assert hashes_in(storage) == []
    assert is_intact(storage, HELLO)
    assert hashes_in(storage) == [HELLO]


def test_what_was_put_aside_long_ago_goes_for_good(storage: S3Storage) -> None:
    put(storage, b"hello")
    storage.delete(HELLO, before=in_an_hour())

    gone = [storage.delete_unfinished(before=datetime.now(UTC) + timedelta(hours=hours)) for hours in (-1, 1)]

    assert gone == [0, 1]
    assert not storage.holds(HELLO)


def test_more_than_a_page_of_keys_is_listed_whole_and_in_order(
    storage: S3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "KEYS_AT_ONCE", 2)
    kept = [put(storage, bytes([number])) for number in range(5)]

    assert hashes_in(storage) == sorted(kept)


def test_store_that_is_full_says_so(storage: S3Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    def refuse(**_call: object) -> None:
        raise ClientError({"Error": {"Code": "QuotaExceeded"}}, "PutObject")

    monkeypatch.setattr(storage._place.client, "put_object", refuse)

    with pytest.raises(StorageFull):
        put(storage, b"hello")


def test_store_that_does_not_answer_is_away_and_found_out(config: Config) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    away = open_storage(replace(config, s3_endpoint=f"http://127.0.0.1:{port}"))

    with pytest.raises(StorageAway, match="does not answer"):
        put(away, b"hello")
    with pytest.raises(StorageAway):
        away.holds(HELLO)

    assert f"127.0.0.1:{port}" in str(away.find_fault())


def test_bucket_that_is_not_there_is_found_out(config: Config, storage: S3Storage) -> None:
    other = open_storage(replace(config, s3_bucket="nobody-has-this"))

    assert storage.find_fault() is None
    assert "NoSuchBucket" in str(other.find_fault())


def test_certificate_is_checked_against_the_authority_that_was_set(store: ObjectStore, tmp_path: Path) -> None:
    trusted = store.config(tmp_path, s3_endpoint=store.https, s3_ca=store.authority)
    stranger = replace(trusted, s3_ca=None)

    put(open_storage(trusted), b"hello")

    with pytest.raises(StorageAway):
        open_storage(stranger).holds(HELLO)


@pytest.mark.parametrize("name", ["s3_bucket", "s3_access_key", "s3_secret_key"])
def test_setting_that_lacks_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=f"ETUDE_{name.upper()} is not set"):
        open_storage(Config(**{**SETTINGS, name: ""}))


def test_files_are_not_sent_in_the_clear_to_a_host_that_was_not_named() -> None:
    settings = {**SETTINGS, "s3_endpoint": "http://store.school.lan:9000"}

    with pytest.raises(ConfigError, match=r"in the clear.*ETUDE_S3_PLAIN_HOST=store\.school\.lan"):
        open_storage(Config(**settings, s3_plain_host="other.lan"))

    named = open_storage(Config(**settings, s3_plain_host="store.school.lan"))
    assert named._place.client.meta.endpoint_url == "http://store.school.lan:9000"


def test_without_an_endpoint_the_region_says_where() -> None:
    storage = open_storage(Config(**SETTINGS, s3_region="ca-central-1"))

    assert storage._place.client.meta.endpoint_url == "https://s3.ca-central-1.amazonaws.com"


def test_missing_library_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(ConfigError, match=r"pip install 'etude\[s3\]'"):
        open_storage(Config(**SETTINGS, s3_region="nowhere"))


def test_settings_of_the_environment_do_not_lead_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://elsewhere.example")

    storage = open_storage(Config(**SETTINGS, s3_region="eu-west-3"))

    assert storage._place.client.meta.endpoint_url == "https://s3.eu-west-3.amazonaws.com"


def test_connection_is_not_made_before_the_first_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_call: pytest.fail("connected"))

    assert isinstance(open_storage(Config(**SETTINGS, s3_region="sa-east-1")), s3.S3Storage)
