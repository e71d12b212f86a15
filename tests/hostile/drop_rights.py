"""Run a Python script as an unused, unprivileged user: `drop_rights.py UID SCRIPT [ARGUMENT…]`; must be root.

The interpreter, the sources and the tests may lie under a closed home: in a mount namespace of our own they are shown
below /mnt, then the rights go, and the script starts as on any machine without root.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from etude.jail.inside import kernel  # noqa: E402
from etude.jail.view import base_python  # noqa: E402


def main(uid: int, script: str, arguments: list[str]) -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("stage", "/mnt", "tmpfs", 0, "mode=755")
    python = Path(base_python())
    if python.is_relative_to("/usr"):
        shown = python
    else:
        shown = Path("/mnt/python") / python.relative_to(Path(sys.base_prefix).resolve())
        _show(Path(sys.base_prefix).resolve(), Path("/mnt/python"))
    _show(ROOT / "src", Path("/mnt/src"))
    _show(ROOT / "tests", Path("/mnt/tests"))
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    kernel.set_dumpable(dumpable=True)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": "/mnt/src", "PYTHONDONTWRITEBYTECODE": "1"}
    target = Path("/mnt/tests") / Path(script).resolve().relative_to(ROOT / "tests")
    os.execve(shown, [str(shown), str(target), *arguments], environment)


def _show(source: Path, target: Path) -> None:
    target.mkdir()
    kernel.mount(str(source), str(target), None, kernel.MS_BIND | kernel.MS_REC)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
