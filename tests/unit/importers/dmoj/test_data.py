from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.importers.dmoj.data import PackageData, normalised
from etude.importers.yaml_file import read_yaml


def name(text):
    return read_yaml(f"'{text}'".encode(), "init.yml")


@pytest.mark.parametrize(
    ("data", "normal"),
    [(b"", b""), (b"a", b"a\n"), (b"a\r\nb\rc\n", b"a\nb\nc\n"), (b"\r\r\n", b"\n\n")],
)
def test_text_is_given_one_kind_of_line_ends(data, normal):
    assert normalised(data) == normal


def test_loose_files_win_over_those_of_the_archive(archive):
    data = PackageData({"a.zip": archive({"x/1": b"archived", "x/2": b"archived"}), "x/1": b"loose"})

    data.open_archive(name("./a.zip"))

    assert (data.find(name("x/1")), data.find(name("x/2"))) == (b"loose", b"archived")
    assert data.left_over() == []


def test_the_folder_around_an_archive_belongs_to_its_names(archive):
    data = PackageData({"a.zip": archive({"only/1": b""})})

    data.open_archive(name("a.zip"))

    assert data.case_names() == ["only/1"]


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_a_damaged_archive_is_a_mistake_that_names_it(content):
    with pytest.raises(ContentError, match="not a zip") as caught:
        PackageData({"a.zip": content}).open_archive(name("a.zip"))

    assert caught.value.path == "a.zip"


def test_a_name_in_an_archive_that_leads_out_is_a_mistake():
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("../../etc/cron.d/x", "")

    with pytest.raises(ContentError, match="inside the folder"):
        PackageData({"a.zip": buffer.getvalue()}).open_archive(name("a.zip"))


def test_programs_see_the_last_part_of_a_name():
    data = PackageData({"src/gen.cpp": b"1", "lib/gen.h": b"2"})

    assert data.find_all([name("src/gen.cpp"), name("lib/gen.h")]) == {"gen.cpp": b"1", "gen.h": b"2"}
