"""bubblewrap as the outer wall, where ordinary programs get no user namespace of their own but `bwrap` may make one.

So it is on Ubuntu, whose AppArmor has a profile for it. The jail is then built inside of what it gives; nothing else is
left to it.
"""

from __future__ import annotations

import shutil

from .recipe import INNER_ID

_PATH = "/usr/local/bin:/usr/bin:/bin"


def bubblewrap_command() -> tuple[str, ...]:
    """The command that precedes ours; () without bubblewrap."""
    found = shutil.which("bwrap", path=_PATH)
    if found is None:
        return ()
    identity = ("--unshare-user", "--uid", str(INNER_ID), "--gid", str(INNER_ID), "--cap-add", "ALL")
    return (found, *identity, "--die-with-parent", "--dev-bind", "/", "/", "--")
