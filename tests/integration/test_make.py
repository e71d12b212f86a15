"""`make serve` on a fresh clone, without Node and without a compiler: set up once, then no more work."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.installation import free_port, started, wait_for

ROOT = Path(__file__).parents[2]
SETUP_S = 900.0
"""The first start downloads Python's libraries and Node: it is the network that takes long."""
NOT_ON_A_FRESH_MACHINE = ("node", "npm", "npx", "gcc", "cc", "c++", "g++", "clang", "tcc", "java", "javac", "chromium")

pytestmark = pytest.mark.long


def _bare_path(folder: Path) -> str:
    """Return a PATH that has this machine's commands, but neither Node nor a compiler."""
    folder.mkdir()
    for place in ("/usr/bin", "/bin", "/usr/local/bin"):
        for command in Path(place).iterdir() if Path(place).is_dir() else ():
            is_left_out = command.name.split("-")[0].rstrip(".0123456789") in NOT_ON_A_FRESH_MACHINE
            link = folder / command.name
            if not is_left_out and not link.is_symlink():
                link.symlink_to(command)
    return str(folder)


def _made(clone: Path) -> dict[str, int]:
    """Return when each thing that the set-up makes was last written."""
    places = [clone / ".venv", clone / "src/etude/static/dist", clone / "frontend", *clone.rglob("src/**/*.mo")]
    files = [path for place in places for path in ([place] if place.is_file() else place.glob("*"))]
    return {str(path.relative_to(clone)): path.stat().st_mtime_ns for path in files}


def test_fresh_clone_sets_itself_up_and_the_second_start_does_no_work(tmp_path: Path) -> None:
    clone = tmp_path / "etude"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ETUDE_", "VIRTUAL_ENV", "MAKE"))}
    port = free_port()
    variables = {**kept, "PATH": _bare_path(tmp_path / "bin"), "ETUDE_PORT": str(port), "LANG": "C.UTF-8"}
    data = clone / "data"

    with started(["make", "serve"], port, data, variables, clone) as site:
        wait_for(site.is_up, "the first start", timeout_s=SETUP_S)
        first = "".join(site.printed)
    made = _made(clone)
    with started(["make", "serve"], port, data, variables, clone) as site:
        wait_for(site.is_up, "the second start")
        second = "".join(site.printed)

    assert "/auth/first-admin/" in first
    assert "Setting up" in first
    assert f":{port}" in second
    assert "Setting up" not in second
    assert "pages:" not in second
    assert _made(clone) == made
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert status.stdout == ""
