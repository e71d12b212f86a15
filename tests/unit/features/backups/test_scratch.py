from __future__ import annotations

from typing import TYPE_CHECKING

from etude.features.backups.scratch import scratch_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_scratch_folder_goes_in_the_end(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, ".making-") as folder:
        (folder / "half").write_text("half")

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away_and_what_is_worked_in_is_not(tmp_path: Path) -> None:
    killed_before_it_was_locked, killed = tmp_path / ".making-a", tmp_path / ".making-b"
    killed_before_it_was_locked.mkdir()
    killed.mkdir()
    (killed / ".lock").touch()
    other = tmp_path / ".checking-c"
    other.mkdir()

    with scratch_folder(tmp_path, ".making-") as first, scratch_folder(tmp_path, ".making-") as second:
        there = set(tmp_path.iterdir())

    assert there == {first, second, other}
