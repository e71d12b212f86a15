"""Files that a program reads and writes, its command line, and the pictures that are kept."""

from __future__ import annotations

import pytest

from etude.grading.job import Test
from etude.grading.pictures import MAX_PICTURE_BYTES, keep_pictures, media_type
from etude.grading.verdict import Status

PNG = b"\x89PNG\r\n\x1a\n..."


@pytest.mark.parametrize(
    ("source", "status", "sentence"),
    [
        ("open('out.txt', 'w').write('4 2\\n')", Status.AC, "None"),
        ("open('out.txt', 'w').write('4 3\\n')", Status.WA, "Line 1 of the output is not as expected."),
        ("", Status.WA, "The program did not write the file out.txt."),
        ("import os; os.symlink('/etc/passwd', 'out.txt')", Status.WA, "did not write the file out.txt."),
        ("import os; os.mkfifo('out.txt')", Status.WA, "did not write the file out.txt."),
        ("import os; os.mkdir('out.txt')", Status.WA, "did not write the file out.txt."),
        ("open('out.txt', 'w').write('4 2'); 1 / 0", Status.RTE, "ZeroDivisionError"),
    ],
)
def test_a_file_that_the_program_must_write_is_compared_as_its_output_is(judge, source, status, sentence):
    test = Test(name="t", output_files={"out.txt": b"4   2"})

    (result,) = judge(source, tests=(test,)).tests

    assert result.status is status
    assert sentence in str(result.message)


def test_output_and_files_must_both_be_right(judge):
    test = Test(name="t", expected=b"ok", output_files={"data/out.txt": b"1"})
    write = "import os\nos.makedirs('data')\nopen('data/out.txt', 'w').write('{}')\nprint('{}')"

    assert judge(write.format(1, "ok"), tests=(test,)).status is Status.AC
    assert judge(write.format(2, "ok"), tests=(test,)).tests[0].obtained.text == "2"
    assert judge(write.format(1, "no"), tests=(test,)).status is Status.WA


def test_input_and_output_may_both_be_files(judge):
    test = Test(name="t", files={"in.txt": b"20"}, output_files={"out.txt": b"40"})
    source = """
#include <stdio.h>
int main(void) { int n; fscanf(fopen("in.txt", "r"), "%d", &n); fprintf(fopen("out.txt", "w"), "%d", 2 * n); }
"""

    assert judge(source, "c", tests=(test,)).status is Status.AC


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "import sys\nprint('|'.join(sys.argv[1:]))"),
        ("c", '#include <stdio.h>\nint main(int n, char **a) { printf("%s|%s", a[1], a[2]); return 0; }'),
    ],
)
def test_arguments_stand_on_the_command_line(judge, language, source):
    test = Test(name="t", arguments=("-n", "deux mots"), expected=b"-n|deux mots")

    assert judge(source, language, tests=(test,), checker="lines").status is Status.AC


def test_pictures_that_the_program_writes_are_kept(judge):
    source = f"open('plot.png', 'wb').write({PNG!r})\nopen('fake.png', 'w').write('no picture')"

    (result,) = judge(source, pictures=("plot.png", "fake.png", "none.png")).tests

    assert [(kept.name, kept.media_type, kept.data) for kept in result.pictures] == [("plot.png", "image/png", PNG)]


def test_a_picture_is_told_by_its_content_and_has_a_size():
    collected = {"a": PNG, "b": PNG + bytes(MAX_PICTURE_BYTES)}

    assert [kept.name for kept in keep_pictures(("a", "b", "c"), collected)] == ["a"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><svg>', "image/svg+xml"),
        (b"<html><svg>", None),
        (b"<?xml version='1.0'?><html>", None),
        (b"", None),
    ],
)
def test_only_three_kinds_are_pictures(data, kind):
    assert media_type(data) == kind
