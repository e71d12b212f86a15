from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.jail.conftest import LIMITS

from etude.jail import IsolationUnavailable, Jail, PythonProgram, reduced, seccomp
from etude.jail.inside import kernel, slot

HERE = Path(__file__).parent


def told(what):
    command = [str(HERE / "reduced_probe.py"), what]
    if os.geteuid() == 0:
        command = [str(HERE.parents[1] / "hostile" / "drop_rights.py"), "64334", *command]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[2] / "src")}
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def found():
    return told("jail")


@pytest.mark.landlock
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("places", [0, None, "/box /box/main.py /box /tmp\n", "", "reduced"]),
        ("own folder", [0, None, "kept in\n", "", "reduced"]),
        ("next", [0, None, "['main.py']\n", "", "reduced"]),
        ("abort", [None, 6, "", "", "reduced"]),
        ("thread", [0, None, "thread\n", "", "reduced"]),
        ("deep", [0, None, "", "", "reduced"]),
        ("after deep", [0, None, "['main.py']\n", "", "reduced"]),
        ("children", ["gone\n", 0]),
        ("executed", ["/box\n/tmp\n", "made\n"]),
        ("live", ["one\n", "two\n", "reduced"]),
        ("folders", 1),
        ("folders after", 0),
        ("audit", [1, True]),
        ("killed", True),
    ],
)
def test_program_in_the_reduced_tier(name, expected, found):
    assert found[name] == expected


@pytest.mark.landlock
def test_places_of_the_machine_are_not_told_in_a_traceback(found):
    assert 'File "/box/main.py", line 1, in <module>' in found["traceback"][3]


@pytest.mark.landlock
def test_programs_of_the_reduced_tier_do_not_fork(found):
    assert "PermissionError" in found["fork"][3]


@pytest.mark.landlock
def test_probe_says_what_the_reduced_tier_does_not_stop(found):
    tier, may_judge, reason, fix = found["probe"]

    assert (tier, may_judge) == ("reduced", True)
    assert "Not stopped" in reason
    assert "ETUDE_SANDBOX" in fix


@pytest.mark.landlock
@pytest.mark.long
def test_every_language_judges_in_the_reduced_tier_but_those_that_need_processes():
    judged = told("languages")

    assert judged.pop("shell")[:2] == ["IE", "reduced"]
    assert [judged.pop("may fork"), judged.pop("run")] == [["IE"], ["IE"]]
    assert {tuple(result[:2]) for result in judged.values()} == {("AC", "reduced")}, judged


def test_reduced_tier_without_landlock_is_no_tier(monkeypatch):
    monkeypatch.setattr(kernel, "landlock_version", lambda: reduced.LANDLOCK_SINCE - 1)

    with Jail(tier="reduced") as jail, pytest.raises(IsolationUnavailable, match="Landlock"):
        jail.run(PythonProgram(files={"main.py": b""}), limits=LIMITS)


def test_there_is_no_third_tier():
    with pytest.raises(ValueError, match="unknown tier"):
        Jail(tier="none")


def test_arguments_and_variables_name_the_places_of_the_slot():
    place = reduced.Slot("/tmp/etude-jail-1-x/0", {"/headers": "/data/cache"})

    translated = [place.translated(text) for text in ("/box", "/tmp", "-I/headers/abc", "/boxes", "/tmp/x", "main.c")]

    assert translated == ["/tmp/etude-jail-1-x/0/box", "/tmp/etude-jail-1-x/0/tmp", "-I/data/cache/abc", "/boxes",
                          "/tmp/x", "main.c"]  # fmt: skip


def test_output_names_the_places_of_the_full_tier():
    place = reduced.Slot("/tmp/etude-jail-1-x/0", {})

    assert place.told(b"in /tmp/etude-jail-1-x/0/box/a.c and /tmp/etude-jail-1-x/0/tmp/b") == b"in /box/a.c and /tmp/b"


def test_folders_of_killed_supervisors_are_swept_and_those_of_living_ones_are_not(tmp_path, monkeypatch):
    monkeypatch.setattr(reduced.tempfile, "gettempdir", lambda: str(tmp_path))
    for number in (2**22 + 1, os.getpid()):  # the first is no process: the kernel counts no further
        (tmp_path / f"etude-jail-{number}-left" / "0").mkdir(parents=True)

    scratch = reduced.Scratch(None, {})

    assert {path.name.split("-")[2] for path in tmp_path.iterdir()} == {str(os.getpid())}
    scratch.remove()


def test_slots_are_taken_one_by_one_and_used_again(tmp_path, monkeypatch):
    monkeypatch.setattr(reduced.tempfile, "gettempdir", lambda: str(tmp_path))
    scratch = reduced.Scratch(None, {})

    first, second = scratch.take(), scratch.take()
    scratch.give_back(first)
    third = scratch.take()

    assert (first.path != second.path, third) == (True, first)
    scratch.remove()
    assert list(tmp_path.iterdir()) == []


def test_folder_is_cleared_whatever_a_program_named_its_files(tmp_path):
    for name in (".moved-1", ".moved-2/.moved-1/x", "a/b/.moved-3/closed", "a/link"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "out").symlink_to("/")
    (tmp_path / "a" / "b").chmod(0)
    folder = os.open(tmp_path, os.O_RDONLY)

    slot.clear(folder)

    os.close(folder)
    assert list(tmp_path.iterdir()) == []


def test_slot_overflows_by_bytes_and_by_files(tmp_path):
    for name in ("box", "tmp"):
        (tmp_path / name).mkdir()
    one = slot.Slot(str(tmp_path), most_bytes=100_000)
    assert not one.overflows()

    (tmp_path / "box" / "deep").mkdir()
    (tmp_path / "box" / "deep" / "large").write_bytes(bytes(200_000))

    assert one.overflows()
    one.leave()
    assert list((tmp_path / "box").iterdir()) == []


def test_filter_without_namespaces_has_places_for_the_own_number_and_the_usual_one_has_none():
    assert seccomp.own_number_at(seccomp.program_filter("python", may_fork=False)) == []
    assert len(seccomp.own_number_at(seccomp.program_filter("python", may_fork=False, outside=True))) == 4
