"""Accounts of memory for programs that may fork: on folders that play control groups, and on the real ones."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from etude.jail import Jail, PythonProgram, cgroup

from .conftest import LIMITS

HOGS = b"""
import os, time
for number in range(4):
    if os.fork() == 0:
        kept = bytearray(60 << 20)
        kept[::4096] = b'1' * len(kept[::4096])
        open(f'/tmp/{number}', 'w').close()
        time.sleep(1)
        os._exit(0)
for number in range(4):
    try: os.wait()
    except ChildProcessError: pass
print(len(os.listdir('/tmp')))
"""


@pytest.fixture
def played(tmp_path, monkeypatch):
    """Control groups that are only folders; their files come and go with them, as the kernel's do."""
    make, remove = Path.mkdir, Path.rmdir

    def make_with_files(folder, *args, **options):
        make(folder, *args, **options)
        for name in ("memory.max", "memory.limit_in_bytes", "pids.max"):
            (folder / name).touch()

    def remove_with_files(folder):
        for file in folder.iterdir():
            file.unlink()
        remove(folder)

    monkeypatch.setattr(Path, "mkdir", make_with_files)
    monkeypatch.setattr(Path, "rmdir", remove_with_files)
    for name in ("memory/ours", "pids/ours", "unified/ours"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("own", "version", "limit"),
    [({"memory": "ours", "pids": "ours"}, 1, "memory.limit_in_bytes"), ({"": "ours"}, 2, "memory.max")],
)
def test_limit_is_set_for_a_test_and_lifted_afterwards(own, version, limit, played):
    account = cgroup.open_account(played, own)
    folder = next(path.parent for path in played.rglob(limit) if "etude-" in str(path) and "/pids/" not in str(path))
    peak = "memory.peak" if version == 2 else "memory.max_usage_in_bytes"

    (folder / ("memory.current" if version == 2 else "memory.usage_in_bytes")).write_text("1000000")
    account.begin(5_000_000, 10)
    during = (folder / limit).read_text()
    (folder / peak).write_text("3048000")
    (folder / ("memory.events" if version == 2 else "memory.oom_control")).write_text("low 0\noom_kill 2\n")
    found = account.end()

    assert account.version == version
    assert (during, (folder / limit).read_text()) == ("6000000", "max" if version == 2 else "-1")
    assert found == (2000, True)


def test_account_leaves_nothing(played):
    account = cgroup.open_account(played, {"memory": "ours", "pids": "ours"})

    account.remove()
    account.remove()

    assert not list(played.rglob("etude-*"))


def test_groups_of_those_who_were_killed_are_swept_away(played):
    (played / "memory/ours/etude-99999999-0").mkdir()
    (played / f"memory/ours/etude-{os.getppid()}-0").mkdir()

    account = cgroup.open_account(played, {"memory": "ours", "pids": "ours"})
    account.remove()

    assert [path.name for path in (played / "memory/ours").glob("etude-*")] == [f"etude-{os.getppid()}-0"]


def test_system_that_lends_nothing_is_done_without(tmp_path):
    assert cgroup.open_account(tmp_path, {}) is None
    (tmp_path / "ours").mkdir()
    assert cgroup.open_account(tmp_path, {"": "ours", "memory": "ours", "pids": "ours"}) is None  # a mere folder
    assert not list(tmp_path.rglob("etude-*"))


def test_group_that_may_not_be_entered_is_done_without(monkeypatch):
    class Closed(cgroup.Account):
        def enter(self, pid):
            raise PermissionError

        def remove(self):
            closed.append(self)

    closed: list[Closed] = []
    monkeypatch.setattr("etude.jail.zygote_process.open_account", lambda: Closed(Path("/a"), Path("/a"), 2))

    with Jail() as jail:
        record = jail.run(PythonProgram(files={"main.py": b"print(1)"}), limits=replace(LIMITS, may_fork=True))

    assert (record.stdout, record.memory_by, len(closed)) == (b"1\n", "address space", 1)


def test_processes_that_share_a_limit_get_it_once_where_the_system_can_count(tmp_path):
    limits = replace(LIMITS, may_fork=True, memory_bytes=150 << 20, scratch_bytes=1 << 20)

    groups = f"*/**/etude-{os.getpid()}-*"
    of_other_jails = set(Path("/sys/fs/cgroup").glob(groups))

    with Jail() as jail:
        record = jail.run(PythonProgram(files={"main.py": HOGS}), limits=limits)
        after = jail.run(PythonProgram(files={"main.py": b"print('fine')"}), limits=limits)

    counted = record.memory_by.startswith("cgroup v")
    assert record.memory_exceeded == counted
    assert (record.stdout == b"4\n") != counted
    assert not counted or record.memory_kb <= 160 << 10
    assert after.stdout == b"fine\n"
    assert set(Path("/sys/fs/cgroup").glob(groups)) <= of_other_jails


@pytest.mark.parametrize(("address_space", "words"), [(True, "address space"), (False, "data")])
def test_record_says_what_held_the_memory_limit(address_space, words, jail):
    program = PythonProgram(files={"main.py": b""})

    record = jail.run(program, limits=replace(LIMITS, address_space=address_space))

    assert (record.memory_by, record.tier) == (words, "full")
