from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from etude.queue.doorbell import Doorbell, line, ring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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


class Neighbours:
    """An exchange that rings on this machine what the other one would."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.listeners: dict[str, Callable[[], None]] = {}

    def ring(self, name: str) -> None:
        self.rung.append(name)

    def listen(self, name: str, rung: Callable[[], None]) -> Callable[[], None]:
        self.listeners[name] = rung
        return self.listeners.clear


@pytest.fixture
def neighbours() -> Iterator[Neighbours]:
    line.exchange = neighbours = Neighbours()
    yield neighbours
    line.exchange = None


def test_a_ring_goes_to_the_other_machines_by_the_bells_name(neighbours: Neighbours) -> None:
    ring(Path("/nonexistent/bell"))

    assert neighbours.rung == ["bell"]


def test_a_ring_of_another_machine_wakes_who_waits_here_and_goes_no_further(neighbours: Neighbours) -> None:
    with TemporaryDirectory() as folder:
        with Doorbell(Path(folder) / "bell") as bell:
            neighbours.listeners["bell"]()

            assert bell.wait(5)
        assert neighbours.rung == []
        assert neighbours.listeners == {}
