"""The attacks are run once per identity, each time by a process of its own, and judged one by one.

Most of that time programs wait for their limits: so all the identities that were asked for run at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
RUNNER = str(HERE / "attack_runner.py")


def dropped(uid: int) -> list[str]:
    """A user for each suite: they look for what they leave behind by its owner, and run side by side."""
    return [str(HERE / "drop_rights.py"), str(uid)] if os.geteuid() == 0 else []


COMMANDS = {
    # As nobody in particular: by giving the rights up first if we are root.
    "unprivileged_results": [*dropped(64_321), RUNNER],
    # The same, on a machine without a compiler for the jail's helper.
    "helperless_results": [*dropped(64_322), RUNNER, "--no-helper"],
    # The same, in a jail inside of bubblewrap.
    "enclosed_results": [*dropped(64_323), str(HERE.parent / "unit" / "jail" / "enclosed_probe.py"), "attacks"],
    # On a terminal and in a jail from a nursery, as in a live console.
    "terminal_results": [*dropped(64_325), RUNNER, "--terminal"],
    # In the reduced tier: as nobody in particular, and as root with a Python that everybody may read.
    "reduced_results": [*dropped(64_324), RUNNER, "--reduced"],
    "reduced_root_results": [*dropped(0), RUNNER, "--reduced"],
    "root_results": [RUNNER],
    # As root on a system without user namespaces: the zygote stays root, only the programs drop their rights.
    "lonely_root_results": [str(HERE.parent / "unit" / "jail" / "crippled_probe.py"), "root-only", RUNNER],
}
NEED_ROOT = {"root_results", "lonely_root_results", "reduced_root_results"}


class Suite:
    """One run of all attacks, which writes to a file: nobody reads it before its end."""

    def __init__(self, command: list[str], output: Path) -> None:
        self._output = output
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src")}
        with output.open("w", encoding="utf-8") as file:
            self._process = subprocess.Popen(
                [sys.executable, *command], env=environment, stdout=file, stderr=subprocess.STDOUT
            )

    def results(self) -> dict[str, dict[str, Any]]:
        code = self._process.wait()
        text = self._output.read_text(encoding="utf-8")
        assert code == 0, text[-5000:]
        return {str(item["name"]): item for item in map(json.loads, text.splitlines())}

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="session")
def suites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Suite]]:
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    assert os.geteuid() == 0 or not wanted & NEED_ROOT, "this half of the suite needs root"
    folder = tmp_path_factory.mktemp("attacks")
    running = {name: Suite(COMMANDS[name], folder / name) for name in COMMANDS.keys() & wanted}
    yield running
    for suite in running.values():
        suite.end()


@pytest.fixture(scope="session")
def unprivileged_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["unprivileged_results"].results()


@pytest.fixture(scope="session")
def helperless_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["helperless_results"].results()


@pytest.fixture(scope="session")
def enclosed_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["enclosed_results"].results()


@pytest.fixture(scope="session")
def terminal_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["terminal_results"].results()


@pytest.fixture(scope="session")
def root_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["root_results"].results()


@pytest.fixture(scope="session")
def lonely_root_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["lonely_root_results"].results()


@pytest.fixture(scope="session")
def reduced_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["reduced_results"].results()


@pytest.fixture(scope="session")
def reduced_root_results(suites: dict[str, Suite]) -> dict[str, dict[str, Any]]:
    return suites["reduced_root_results"].results()
