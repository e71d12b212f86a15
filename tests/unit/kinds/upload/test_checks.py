from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from etude.content import Refusal, UploadRules
from etude.kinds.upload import checks

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = UploadRules(
    extensions=("pdf", "png", "jpg", "heic", "docx", "odt", "zip", "txt", "py", "html", "svg", "mp3"), max_files=10
)


def upload(name: str, data: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name, content_type="application/pdf")


def picture(image_format: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, image_format)
    return target.getvalue()


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return target.getvalue()


def refusals(*uploads: FileStorage, rules: UploadRules = EVERYTHING) -> list[str]:
    return [str(refusal) for refusal in checks.find_refusals(rules, checks.look_at(uploads))]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.7\n..."),
        ("a.PNG", picture()),
        ("a.jpg", picture("JPEG")),
        ("a.txt", "été".encode()),
        ("a.py", b"print(1)\n"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.zip", archive("b.txt")),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml")),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, data: bytes) -> None:
    assert refusals(upload(name, data)) == []


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"", "The file is empty."),
        ("a.pdf", picture(), "The file is named .pdf, but it is a .png file"),
        ("a.png", b"%PDF-1.7", "The file is named .png, but it is a .pdf file"),
        ("a.png", b"GIF89a" + bytes(20), "it is a .gif file"),
        ("a.jpg", b"MZ\x90\x00" + bytes(60), "The file is named .jpg, but"),
        ("a.txt", b"\x7fELF" + bytes(60), "The file is named .txt, but"),
        ("a.py", b"\x00\x01\x02", "The file is named .py, but what it holds is something else."),
        ("a.docx", archive("a.txt"), "The file is named .docx, but it is a .zip file"),
        (
            "a.docx",
            b"PK\x03\x04 [Content_Types].xml word/",
            "The file is named .docx, but what it holds is something else.",
        ),
        ("a.exe", b"MZ", "Files of this type cannot be handed in here."),
        ("photo\u202egpj.exe", b"MZ", "Files of this type cannot be handed in here."),
        ("noextension", b"x", "Files of this type cannot be handed in here."),
    ],
)
def test_a_file_that_is_not_is_refused_and_the_sentence_says_what_it_is(name: str, data: bytes, sentence: str) -> None:
    (found,) = refusals(upload(name, data))

    assert sentence in found


def test_every_fault_of_every_file_is_said() -> None:
    found = refusals(upload("a.pdf", b""), upload("b.exe", b"x"), upload("c.txt", b"fine"))

    assert len(found) == 2


def test_no_file_is_a_fault() -> None:
    assert refusals() == ["Choose a file first."]


def test_the_activity_may_lower_the_limits() -> None:
    rules = UploadRules(extensions=("txt",), max_files=1, max_file_bytes=10_000)

    found = refusals(upload("a.txt", b"x" * 10_001), upload("b.txt", b"x"), rules=rules)

    assert found == ["2 files were chosen; 1 can be handed in.", "The file is larger than 0.01 MB."]


def prepared(folder: Path, *uploads: FileStorage) -> list[object]:
    return list(checks.prepare(checks.look_at(uploads), folder))


def test_pictures_are_written_anew_and_everything_else_byte_for_byte(tmp_path: Path) -> None:
    with_tail = picture("JPEG") + b"tail"

    photo, text = prepared(tmp_path, upload("a.jpg", with_tail), upload("a.html", b"<b>"))

    assert (photo.name, photo.content_type) == ("a.jpg", "image/jpeg")
    assert b"tail" not in photo.path.read_bytes()
    assert (text.name, text.content_type, text.path.read_bytes()) == ("a.html", "text/plain", b"<b>")


def test_a_name_never_becomes_a_path(tmp_path: Path) -> None:
    (file,) = prepared(tmp_path, upload("../../../evil.txt", b"x"))

    assert file.name == "evil.txt"
    assert file.path.parent == tmp_path
    assert "evil" not in file.path.name


def test_a_broken_picture_is_refused_by_name_and_the_others_are_looked_at(tmp_path: Path) -> None:
    broken, fine = prepared(tmp_path, upload("a.png", picture()[:40]), upload("b.txt", b"x"))

    assert isinstance(broken, Refusal)
    assert broken.name == "a.png"
    assert fine.name == "b.txt"


def test_a_heic_photo_that_cannot_be_cleaned_is_refused(tmp_path: Path) -> None:
    (refusal,) = prepared(tmp_path, upload("a.heic", b"\0\0\0\x18ftypheic" + bytes(40)))

    assert "HEIC" in str(refusal)
