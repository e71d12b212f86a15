"""What this machine allows: found out by building a jail and running a program in it, never by reading a setting.

Why it failed is said by refusal.py.
"""

from __future__ import annotations

from . import reduced
from .errors import IsolationUnavailable, JailError, Reason, _
from .jail import Jail
from .records import Isolation, Limits, PythonProgram
from .refusal import is_root

_LIMITS = Limits(cpu_time_s=5, wall_time_s=20, memory_bytes=256 << 20)
# Written so that each line fails the probe if it does not hold: own pids, no network, no host files, no way to fork.
_QUESTION = b"""
import os, _socket
assert os.getpid() == 2 and os.listdir("/box") == ["main.py"] and not os.path.exists("/home")
for forbidden in (os.fork, _socket.socket):
    try:
        forbidden()
    except PermissionError:
        continue
    raise SystemExit("allowed: " + forbidden.__name__)
print("isolated")
"""
# Of the reduced tier: no host files nor processes, no network, no way to fork or to signal us.
_REDUCED_QUESTION = b"""
import os, _socket
above = os.getppid()
for forbidden in (
    os.fork, _socket.socket, lambda: os.listdir("/"), lambda: os.listdir("../.."), lambda: os.listdir("/proc"),
    lambda: open(f"/proc/{above}/environ"), lambda: open("/etc/passwd"), lambda: open("../../x", "w"),
    lambda: os.kill(above, 0), lambda: os.kill(-1, 0), lambda: os.chmod("main.py", 0o600),
):
    try:
        forbidden()
    except PermissionError:
        continue
    names = forbidden.__code__.co_names if hasattr(forbidden, "__code__") else forbidden.__name__
    raise SystemExit(f"allowed: {names}")
print("isolated")
"""
_REDUCED = _(
    "Programs run with REDUCED isolation, as ETUDE_SANDBOX asks for: they have no namespaces of their own. They read no"
    " file but the system’s programs, write nowhere but in their own folder, reach no network and no other process."
    " Not stopped: they see the machine’s name and which files exist, can fill the disk for a moment, and one flaw in"
    " the kernel’s Landlock or seccomp lets them out. Answers that start processes (shell) are not judged."
)
_FULL_IS_POSSIBLE = _("This machine allows the full isolation: remove ETUDE_SANDBOX.")


def probe(*, uid: int | None = None, tier: str = "full") -> Isolation:
    """Build a jail, run a program in it, and say what came of it. Never raises; takes a tenth of a second.

    `uid`, `tier` as in Jail; a uid that cannot be used is reported as a reason too.
    """
    try:
        require_isolation(uid=uid, tier=tier)
    except IsolationUnavailable as error:
        return Isolation(tier="none", reason=error.reason, fix=error.fix, as_root=is_root())
    if tier == reduced.TIER:
        return Isolation(tier=tier, reason=Reason(_REDUCED), fix=_better(uid), as_root=is_root())
    built = (
        _("Programs run in a jail of their own, built as root, which every program leaves before it starts.")
        if is_root()
        else _("Programs run in a jail of their own, built without any special right.")
    )
    return Isolation(tier="full", reason=Reason(built), as_root=is_root())


def _better(uid: int | None) -> str:
    """What would give the full tier: no word about it if nothing is known to."""
    try:
        require_isolation(uid=uid)
    except IsolationUnavailable as error:
        return error.fix
    return Reason(_FULL_IS_POSSIBLE)


def require_isolation(*, uid: int | None = None, tier: str = "full") -> None:
    """Return if programs can be isolated here. Raises IsolationUnavailable with the reason and the fix if not."""
    try:
        question = _REDUCED_QUESTION if tier == reduced.TIER else _QUESTION
        with Jail(uid=uid, tier=tier) as jail:
            record = jail.run(PythonProgram(files={"main.py": question}), limits=_LIMITS)
    except IsolationUnavailable:
        raise
    except (JailError, OSError, ValueError) as error:
        raise IsolationUnavailable(_("The jail does not work: %(error)s"), error=error) from error
    if record.stdout != b"isolated\n":
        said = record.stderr.decode(errors="replace").strip().splitlines() or ["-"]
        raise IsolationUnavailable(_("The jail does not hold: %(said)s"), said=said[-1])
