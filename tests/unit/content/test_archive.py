from __future__ import annotations

import io
import stat
import zipfile

import pytest

from etude.content import ContentError
from etude.content.archive import make_zip, read_zip
from etude.content.tree import TreeLimits

SMALL = TreeLimits(max_files=3, max_file_bytes=1_000_000, max_total_bytes=1_500_000)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_what_was_zipped_is_read_again_and_zipping_is_repeatable():
    tree = {"a/é.txt": b"1" * 1000, "b.bin": bytes(range(256))}

    assert read_zip(make_zip(tree)) == tree
    assert make_zip(tree) == make_zip(dict(reversed(tree.items())))


def test_the_folder_around_everything_is_taken_off():
    archive = zipped(("hello/", b""), ("hello/a.txt", b"1"), ("hello/b/c.txt", b"2"), ("__MACOSX/x", b""))

    assert read_zip(archive) == {"a.txt": b"1", "b/c.txt": b"2"}


def test_names_that_are_utf8_without_saying_so_are_understood():
    archive = zipped(("é.txt", b"1")).replace("é".encode(), b"\xc3\xa9")
    unannounced = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        unannounced[archive.index(mark) + offset] &= ~0x08

    assert read_zip(bytes(unannounced)) == {"é.txt": b"1"}


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "a\\b", "c:a", "x\u202ey", "a" * 300, "con.txt"])
def test_a_name_that_leads_out_or_harms_is_refused(name):
    with pytest.raises(ContentError):
        read_zip(zipped((name, b"")))


def test_a_nul_in_a_name_does_not_hide_its_end():
    archive = zipped(("a.txtX.py", b"")).replace(b"a.txtX.py", b"a.txt\0.py")

    with pytest.raises(ContentError, match="control characters"):
        read_zip(archive)


def test_a_link_is_refused():
    link = zipfile.ZipInfo("link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    with pytest.raises(ContentError, match="Links"):
        read_zip(zipped((link, b"/etc/passwd")))


def test_a_name_that_stands_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = zipped(("a", b"1"), ("a", b"2"))

    with pytest.raises(ContentError, match="twice"):
        read_zip(archive)


def test_a_zip_bomb_ends_at_the_limit():
    archive = zipped(("bomb", bytes(100_000_000)))

    assert len(archive) < 200_000
    with pytest.raises(ContentError, match="1 MB at most"):
        read_zip(archive, SMALL)


def test_a_bomb_of_many_small_files_ends_at_the_limit():
    archive = zipped(*((f"{number}.txt", b"") for number in range(4)))
    crowd = zipped(*((f"{number}.txt", b"") for number in range(10)))

    with pytest.raises(ContentError, match="more than 3 files"):
        read_zip(archive, SMALL)
    with pytest.raises(ContentError, match="more than 3 files"):
        read_zip(crowd, SMALL)


def test_sizes_in_the_headers_are_not_believed():
    archive = bytearray(zipped(("a", bytes(2_000_000))))
    directory = archive.index(b"PK\x01\x02")
    archive[directory + 24 : directory + 28] = (10).to_bytes(4, "little")

    with pytest.raises(ContentError):
        read_zip(bytes(archive), SMALL)


def test_a_password_is_refused():
    archive = bytearray(zipped(("a", b"1")))
    archive[archive.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(ContentError, match="password"):
        read_zip(bytes(archive))


@pytest.mark.parametrize("archive", [b"", b"PK\x03\x04", b"not a zip at all" * 100])
def test_what_is_no_zip_is_a_sentence(archive):
    with pytest.raises(ContentError, match="not a zip file"):
        read_zip(archive)


def test_a_damaged_zip_is_a_sentence():
    archive = bytearray(make_zip({"a.txt": bytes(range(256)) * 40}))
    archive[60:90] = bytes(30)

    with pytest.raises(ContentError, match="damaged"):
        read_zip(bytes(archive))


def test_a_huge_zip_is_refused_unread():
    with pytest.raises(ContentError, match="larger than 1 MB"):
        read_zip(bytes(1_000_001), TreeLimits(max_zip_bytes=1_000_000))


def test_another_way_of_compressing_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"1")

    with pytest.raises(ContentError, match="damaged"):
        read_zip(buffer.getvalue())
