"""`etude check` and `etude import` on packages of other systems: judged if they are good, else one sentence."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.dmoj_packages import build_package

CASE = "test_cases:\n- {in: 1.in, out: 1.out}\n"
GOOD = {"init.yml": CASE, "1.in": "1\n", "1.out": "1\n", "solutions/ac/echo.py": "print(input())\n"}


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def zipped(folder, target, around=""):
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, around + str(path.relative_to(folder)))
    return target


def test_a_folder_is_checked_and_what_is_left_out_is_said_beside(run, tmp_path):
    folder = build_package("batches", tmp_path)
    init = folder / "init.yml"
    init.write_text(init.read_text() + "novelty: 1\n")

    result = run("check", folder)

    assert (result.code, result.out.splitlines()[-1]) == (0, "5 of 5 solutions get the verdict they should.")
    assert "Note: init.yml:18: The setting “novelty” is not used here." in result.err


@pytest.mark.parametrize("around", ["", "my-problem/"])
def test_a_zip_is_checked(run, tmp_path, around):
    archive = zipped(write(tmp_path / "in", GOOD), tmp_path / "echo.zip", around)

    result = run("check", archive, "--json")

    assert result.code == 0
    assert json.loads(result.out)[0]["activity"] == "echo"


def test_a_folder_of_several_packages_is_read_one_by_one(run, tmp_path):
    write(tmp_path / "one", GOOD)
    write(tmp_path / "two", {**GOOD, "solutions/wa/none.py": "print(2)\n"})

    result = run("check", tmp_path)

    assert "3 of 3 solutions" in result.out
    assert {"one", "two"} <= {line.split("/")[0].split()[-1] for line in result.out.splitlines()[:3]}


def test_the_time_limit_follows_from_the_slowest_accepted_solution(run, tmp_path):
    write(tmp_path, {**GOOD, "solutions/tle/loop.py": "while True:\n    pass\n"})

    assert run("check", tmp_path).code == 0


@pytest.mark.parametrize("command", [("check",), ("import", "--dry-run")])
@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"1.out": None}, "init.yml:2, test_cases[1].out: There is no file “1.out” in the package."),
        ({"init.yml": "test_cases: [\n"}, "init.yml:2: This is not YAML"),
        ({"init.yml": "test_cases: [{in: /etc/passwd, out: 1.out}]"}, "init.yml:1, test_cases[1].in: There is no file"),
        ({"solutions/ac/echo.py": None}, "init.yml: No time limit is stated, and there is no accepted solution"),
        ({"solutions/ac/echo.py": "print(2)"}, "solutions/accepted/echo.py: No time limit is stated, and none of the"),
    ],
)
def test_a_broken_package_is_one_sentence_and_nothing_is_imported(run, tmp_path, command, files, sentence):
    folder = write(tmp_path / "p", {name: text for name, text in {**GOOD, **files}.items() if text is not None})

    result = run(*command, folder)

    assert result.code == 2
    assert result.err.startswith(sentence)
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("b", "leads in a circle"),
        ("/etc/passwd", "leads out of the folder"),
        ("../../x", "leads out"),
        ("no", "nothing"),
    ],
)
def test_a_link_that_cannot_be_followed_is_one_sentence(run, tmp_path, target, sentence):
    folder = write(tmp_path / "p", GOOD)
    (folder / "a").symlink_to(target)
    (folder / "b").symlink_to("a")

    result = run("check", folder)

    assert result.code == 2
    assert sentence in result.err


def test_a_link_inside_is_followed(run, tmp_path):
    folder = write(tmp_path / "p", {**GOOD, "2.out": "1\n"})
    (folder / "1.out").unlink()
    (folder / "1.out").symlink_to("2.out")

    assert run("check", folder).code == 0


def test_a_test_of_two_gigabytes_is_refused_before_it_is_read(run, tmp_path):
    folder = write(tmp_path / "p", GOOD)
    with (folder / "1.in").open("wb") as file:
        file.truncate(2 << 30)

    result = run("check", folder)

    assert (result.code, result.err.strip()) == (
        2, "1.in: A file may have 200 MB at most, all files together 800 MB.",
    )  # fmt: skip


@pytest.mark.long
def test_big_tests_are_judged(run, tmp_path):
    big = "7 " * 3_000_000 + "\n"
    folder = write(tmp_path / "p", {**GOOD, "1.in": big, "1.out": big})

    assert run("check", folder).code == 0


@pytest.mark.parametrize("name", ["batches", "signals", "custom-checker"])
def test_grade_on_a_foreign_package_ends_with_a_documented_exit_code(run, tmp_path, name):
    folder = build_package(name, tmp_path)

    result = run("grade", folder, folder / "init.yml")

    assert result.code == 2
    assert len(result.err.strip().splitlines()) == 1
