from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests import factories

from etude.core import clock
from etude.features.files.services import GRACE, check_files, collect_garbage
from etude.models import StoredFile
from etude.storage import open_storage

if TYPE_CHECKING:
    from flask import Flask

    from etude.storage import Storage

LATER = GRACE + timedelta(hours=1)


@pytest.fixture
def storage(app: Flask, session: Any) -> Storage:
    return open_storage(app.extensions["etude"])


def put(storage: Storage, data: bytes) -> str:
    return storage.put(io.BytesIO(data), max_bytes=100).sha256


def know(sha256: str) -> None:
    factories.add(StoredFile(sha256=sha256, size_bytes=1, stored_at=clock.now()))


def test_bytes_without_a_submission_go_with_their_row(storage: Storage) -> None:
    sha256 = put(storage, b"orphan")
    know(sha256)

    collected = collect_garbage(storage, at=clock.now() + LATER)

    assert (collected.rows, collected.files) == (1, 1)
    assert not storage.holds(sha256)


def test_bytes_without_a_row_go_too(storage: Storage) -> None:
    sha256 = put(storage, b"the transaction failed")

    assert collect_garbage(storage, at=clock.now() + LATER).files == 1
    assert not storage.holds(sha256)


def test_young_bytes_stay(storage: Storage) -> None:
    known, unknown = put(storage, b"a"), put(storage, b"b")
    know(known)

    collected = collect_garbage(storage, at=clock.now())

    assert (collected.rows, collected.files, collected.unfinished) == (0, 0, 0)
    assert storage.holds(known)
    assert storage.holds(unknown)


def test_a_check_names_what_is_damaged_and_what_is_missing(storage: Storage, app: Flask) -> None:
    fine, damaged, missing = put(storage, b"fine"), put(storage, b"damaged"), "ab" * 32
    for sha256 in (fine, damaged, missing):
        know(sha256)
    (app.extensions["etude"].uploads / damaged[:2] / damaged[2:4] / damaged).write_bytes(b"!")

    checked = check_files(storage)

    assert checked.file_count == 3
    assert checked.damaged == (damaged,)
    assert checked.missing == (missing,)
    assert not checked.is_whole


def test_a_school_without_files_is_whole(storage: Storage) -> None:
    assert check_files(storage).is_whole
