from __future__ import annotations

import io
import struct
import zipfile

import pytest

from etude.kinds.upload.office import MAX_DIRECTORY_BYTES, REQUIRED_PARTS, holds_what_it_says


def archive(*names: str, text: str = "x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, text)
    return target.getvalue()


DOCUMENTS = {
    "docx": archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    "xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": archive("mimetype", "content.xml", "styles.xml"),
    "sb3": archive("project.json", "a.svg"),
}


@pytest.mark.parametrize("extension", DOCUMENTS)
def test_a_document_holds_what_its_name_says(extension: str) -> None:
    assert holds_what_it_says(io.BytesIO(DOCUMENTS[extension]), extension)


@pytest.mark.parametrize("extension", REQUIRED_PARTS)
def test_a_plain_zip_is_no_document(extension: str) -> None:
    assert not holds_what_it_says(io.BytesIO(archive("a.txt")), extension)


def test_a_document_of_another_suite_is_refused() -> None:
    assert not holds_what_it_says(io.BytesIO(DOCUMENTS["xlsx"]), "docx")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06", DOCUMENTS["docx"][:-30], b"%PDF-1.7"])
def test_what_is_no_whole_zip_is_refused(data: bytes) -> None:
    assert not holds_what_it_says(io.BytesIO(data), "docx")


def test_a_zip_bomb_is_judged_by_its_list_of_contents_and_never_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive("[Content_Types].xml", "word/document.xml", text="0" * 20_000_000)
    monkeypatch.delattr(zipfile.ZipFile, "open")

    assert len(bomb) < 100_000
    assert holds_what_it_says(io.BytesIO(bomb), "docx")


@pytest.mark.parametrize("size", [MAX_DIRECTORY_BYTES + 1, 0xFFFFFFFF])
def test_an_endless_list_of_contents_is_refused_before_it_is_read(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(DOCUMENTS["docx"])
    struct.pack_into("<I", data, len(data) - 22 + 12, size)
    monkeypatch.delattr(zipfile, "ZipFile")

    assert not holds_what_it_says(io.BytesIO(bytes(data)), "docx")


def test_a_list_of_contents_of_64_bits_is_refused() -> None:
    data = DOCUMENTS["docx"]
    wide = data[:-22] + b"PK\x06\x07" + bytes(16) + data[-22:]

    assert not holds_what_it_says(io.BytesIO(wide), "docx")
