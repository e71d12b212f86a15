"""The attacks are run once per identity, each time by a process of its own, and judged one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
UNUSED_UID = 64_321


def run_suite(command: list[str]) -> dict[str, dict[str, object]]:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src")}
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    return {str(item["name"]): item for item in found}


@pytest.fixture(scope="session")
def unprivileged_results() -> dict[str, dict[str, object]]:
    """As nobody in particular: by giving the rights up first if we are root."""
    runner = [str(HERE / "attack_runner.py")]
    drop = [str(HERE / "drop_rights.py"), str(UNUSED_UID)] if os.geteuid() == 0 else []
    return run_suite([*drop, *runner])


@pytest.fixture(scope="session")
def lonely_root_results() -> dict[str, dict[str, object]]:
    """As root on a system without user namespaces: the zygote stays root, only the programs drop their rights."""
    assert os.geteuid() == 0, "this half of the suite needs root"
    cripple = HERE.parent / "unit" / "jail" / "crippled_probe.py"
    return run_suite([str(cripple), "root-only", str(HERE / "attack_runner.py")])


@pytest.fixture(scope="session")
def root_results() -> dict[str, dict[str, object]]:
    assert os.geteuid() == 0, "this half of the suite needs root"
    return run_suite([str(HERE / "attack_runner.py")])
