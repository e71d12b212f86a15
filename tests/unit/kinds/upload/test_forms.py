from __future__ import annotations

import gc
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict

from etude.content import ActivityContent, UploadRules
from etude.kinds import kinds
from etude.kinds.upload.forms import UploadForm, make_form, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

CONTENT = ActivityContent(
    slug="report",
    kind="upload",
    title={"en": "Report"},
    statement={},
    points=Decimal(10),
    upload=UploadRules(extensions=("txt", "png"), max_files=3),
)
FILES = {"a.txt": b"hello", "b.txt": b"there"}


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", method="POST"):
        yield


def form_with(files: dict[str, bytes], **texts: str) -> UploadForm:
    uploads = [("files", FileStorage(io.BytesIO(data), filename=name)) for name, data in files.items()]
    values = MultiDict({"once": "0123456789", **texts})
    return UploadForm(CONTENT.upload, formdata=CombinedMultiDict([MultiDict(uploads), values]), meta={"csrf": False})


def test_files_and_a_note_make_an_answer() -> None:
    form = form_with(FILES, comment=" Page 2 is the table. ")

    assert form.validate(), form.errors
    answer = read_answer(form, CONTENT)

    assert answer.document == {"comment": "Page 2 is the table."}
    assert [(file.name, file.path.read_bytes()) for file in answer.files] == list(FILES.items())


def test_the_files_wait_as_long_as_the_form_lives() -> None:
    form = form_with(FILES)
    form.validate()
    folder = form.incoming[0].path.parent
    assert folder.exists()

    del form
    gc.collect()

    assert not folder.exists()


def test_a_fault_is_said_with_the_name_of_its_file_and_nothing_waits() -> None:
    form = form_with({"fine.txt": b"x", "empty.txt": b""})

    assert not form.validate()
    assert form.errors == {"files": ["“empty.txt”: The file is empty."]}
    assert form.incoming == ()


def test_nothing_waits_when_another_field_is_wrong() -> None:
    form = form_with(FILES, comment="x" * 2001)

    assert not form.validate()
    assert form.incoming == ()


def test_a_name_of_html_is_only_text_in_the_sentence() -> None:
    form = form_with({"<img src=x onerror=alert(1)>.png": b"no picture"})

    assert not form.validate()
    assert "<img src=x onerror=alert(1)>.png" in form.errors["files"][0]


def test_no_file_at_all_is_a_fault() -> None:
    form = form_with({})

    assert not form.validate()
    assert form.errors["files"] == ["Choose a file first."]


def test_a_note_has_a_longest_length() -> None:
    form = form_with(FILES, comment="x" * 2001)

    assert not form.validate()
    assert form.errors["comment"] == ["A note has 2,000 characters at most."]


def test_the_entry_makes_the_form_of_an_activity() -> None:
    entry = kinds.load()["upload"]

    assert entry.judged_by == "teacher"
    assert entry.make_form is make_form
    assert make_form(CONTENT, "en").rules == CONTENT.upload
