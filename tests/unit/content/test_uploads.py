from __future__ import annotations

import io
import zipfile

import pytest

from etude.content import HandedIn, UploadRules, check_upload
from etude.content.uploads import FILE_TYPES, HEAD_BYTES, TYPE_OF_EXTENSION, extension_of, is_text

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ALL = UploadRules(extensions=tuple(TYPE_OF_EXTENSION), max_files=10, max_file_bytes=1_000)


def handed_in(name: str, content: bytes, size: int | None = None) -> HandedIn:
    return HandedIn(name=name, size_bytes=len(content) if size is None else size, head=content)


def open_document(media_type: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{media_type}", zipfile.ZIP_STORED)
    return buffer.getvalue()


def office_document(folder: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<w/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG),
        ("A.PNG", PNG),
        ("photo.jpeg", b"\xff\xd8\xff\xe0.."),
        ("a.gif", b"GIF89a.."),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBP"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic"),
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.odt", open_document("text")),
        ("a.odg", open_document("graphics")),
        ("a.docx", office_document("word")),
        ("a.zip", office_document("word")),
        ("a.mp3", b"ID3\x04"),
        ("a.wav", b"RIFF....WAVEfmt "),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom"),
        ("a.txt", "été\r\n\tx".encode()),
        ("a.txt", "\ufeffété".encode()),
        ("a.csv", "été".encode("utf-16")),
        ("a.py", b"print(1)"),
        ("a.svg", b"<svg/>"),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name, content):
    assert check_upload(ALL, [handed_in(name, content)]) == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"\xff\xd8\xff\xe0"),
        ("a.png", b"<html><script>"),
        ("a.pdf", b"\n%PDF-1.7"),
        ("a.odt", open_document("graphics")),
        ("a.docx", open_document("text")),
        ("a.txt", b"MZ\x90\x00"),
        ("a.txt", b"caf\xe9"),
        ("a.py", PNG),
        ("a.mp4", b"\x00\x00\x00\x18ftypheic"),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_name(name, content):
    (refusal,) = check_upload(ALL, [handed_in(name, content)])

    assert refusal.name == name
    assert "what it holds is something else" in str(refusal)


@pytest.mark.parametrize("name", ["program.exe", "noextension", ".png", "a.png.exe", "a.", ""])
def test_an_extension_that_was_not_asked_for_is_refused(name):
    rules = UploadRules(extensions=("png", "pdf"))

    (refusal,) = check_upload(rules, [handed_in(name, PNG)])

    assert "Allowed: png, pdf" in str(refusal)


def test_sizes_and_numbers_have_limits():
    rules = UploadRules(extensions=("png",), max_files=1, max_file_bytes=500_000)

    assert "Choose a file" in str(check_upload(rules, [])[0])
    assert "empty" in str(check_upload(rules, [handed_in("a.png", b"")])[0])
    assert "0.5 MB" in str(check_upload(rules, [handed_in("a.png", PNG, 500_001)])[0])
    assert "2 files were chosen; 1" in str(check_upload(rules, [handed_in("a.png", PNG)] * 2)[0])


def test_all_files_together_have_a_limit():
    rules = UploadRules(extensions=("png",), max_files=3)

    refusals = check_upload(rules, [handed_in("a.png", PNG, 20_000_000)] * 3)

    assert [str(refusal) for refusal in refusals] == ["All files together may have 50 MB at most."]


def test_text_that_is_cut_in_the_middle_of_a_character_is_still_text():
    assert is_text(b"a" + "é".encode() * (HEAD_BYTES // 2 - 1) + b"\xc3")
    assert not is_text(b"a\xc3")
    assert not is_text(b"abc\x00")


def test_an_extension_belongs_to_one_type():
    extensions = [extension for file_type in FILE_TYPES for extension in file_type.extensions]

    assert len(extensions) == len(set(extensions))
    assert extension_of("Photo.JPEG ") == "jpeg"


def test_what_a_browser_could_run_is_never_shown_as_a_page():
    shown_as = {TYPE_OF_EXTENSION[extension].shown_as for extension in ("html", "htm", "svg", "js", "xml", "css")}

    assert shown_as == {"text"}
