from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from etude.queue.doorbell import Doorbell, ring


def test_a_ring_wakes_who_waits() -> None:
    with TemporaryDirectory() as folder, Doorbell(Path(folder) / "bell") as bell:
        ring(Path(folder) / "bell")

        assert bell.wait(5)


def test_several_rings_count_as_one() -> None:
    with TemporaryDirectory() as folder, Doorbell(Path(folder) / "bell") as bell:
        for _ in range(5):
            ring(Path(folder) / "bell")

        assert bell.wait(5)
        assert not bell.wait(0)


def test_ringing_where_nobody_lives_does_nothing() -> None:
    ring(Path("/nonexistent/bell"))


def test_a_dead_process_leaves_a_file_that_is_taken_over() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bell"
        path.write_text("left behind")

        with Doorbell(path) as bell:
            ring(path)
            assert bell.wait(5)


def test_a_path_too_long_for_the_kernel_leaves_the_polls(tmp_path: Path) -> None:
    bell = Doorbell(tmp_path / ("x" * 120))

    assert not bell.wait(0)
    bell.close()
