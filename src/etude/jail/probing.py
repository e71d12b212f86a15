"""What this machine allows: found out by building a jail and running a program in it, never by reading a setting.

Why it failed is said by refusal.py.
"""

from __future__ import annotations

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


def probe(*, uid: int | None = None) -> Isolation:
    """Build a jail, run a program in it, and say what came of it. Never raises; takes a tenth of a second.

    `uid` as in Jail; one that cannot be used is reported as a reason too.
    """
    try:
        require_isolation(uid=uid)
    except IsolationUnavailable as error:
        return Isolation(tier="none", reason=error.reason, fix=error.fix, as_root=is_root())
    built = (
        _("Programs run in a jail of their own, built as root, which every program leaves before it starts.")
        if is_root()
        else _("Programs run in a jail of their own, built without any special right.")
    )
    return Isolation(tier="full", reason=Reason(built), as_root=is_root())


def require_isolation(*, uid: int | None = None) -> None:
    """Return if programs can be isolated here. Raises IsolationUnavailable with the reason and the fix if not."""
    try:
        with Jail(uid=uid) as jail:
            record = jail.run(PythonProgram(files={"main.py": _QUESTION}), limits=_LIMITS)
    except IsolationUnavailable:
        raise
    except (JailError, OSError, ValueError) as error:
        raise IsolationUnavailable(_("The jail does not work: %(error)s"), error=error) from error
    if record.stdout != b"isolated\n":
        said = record.stderr.decode(errors="replace").strip().splitlines() or ["-"]
        raise IsolationUnavailable(_("The jail does not hold: %(said)s"), said=said[-1])
