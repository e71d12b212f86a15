"""Probe on a system made poorer for this process only: `crippled_probe.py MODE [SCRIPT]`; must be root.

Mode `incapable`: root that may not mount. `namespaces`: an ordinary user where user.max_user_namespaces is 0.
`root-only`: root where it is 0; runs the script instead of the probe if there is one. The setting belongs to a user
namespace, so one of our own is made first.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "src"))

from etude.jail import __main__ as jail_main  # noqa: E402
from etude.jail.inside import kernel  # noqa: E402


def enter_namespace_without_namespaces() -> None:
    """A user namespace with 65,536 users, mapped from outside by our parent, in which no further one may be made."""
    ready_r, ready_w = os.pipe()
    mapped_r, mapped_w = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.read(ready_r, 1)
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{parent}/{name}").write_text("0 0 65536\n", encoding="ascii")
        os.write(mapped_w, b"x")
        os._exit(0)
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS)
    os.write(ready_w, b"x")
    os.read(mapped_r, 1)
    os.waitpid(child, 0)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")


def main(mode: str, script: str = "") -> int:
    if mode == "incapable":
        kernel._libc.prctl(24, 21, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_SYS_ADMIN: gone for every program we execute
        return jail_main.main()
    enter_namespace_without_namespaces()
    if mode == "namespaces":
        prefix, shown = Path(sys.base_prefix).resolve(), Path("/mnt/python")
        kernel.mount("stage", "/mnt", "tmpfs", 0, "mode=755")
        for source, target in ((prefix, shown), (ROOT / "src", Path("/mnt/src"))):
            target.mkdir()
            kernel.mount(str(source), str(target), None, kernel.MS_BIND | kernel.MS_REC)
        os.setresgid(64_321, 64_321, 64_321)
        os.setresuid(64_321, 64_321, 64_321)
        python = f"/mnt/python/bin/python3.{sys.version_info.minor}"
        os.execve(python, [python, "-m", "etude.jail"], {"PYTHONPATH": "/mnt/src", "PYTHONDONTWRITEBYTECODE": "1"})
    if script:
        runpy.run_path(script, run_name="__main__")
        return 0
    return jail_main.main()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
