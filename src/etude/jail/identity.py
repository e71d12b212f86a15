"""Whose rights the jail has on the host: nobody's."""

from __future__ import annotations

import grp
import itertools
import os
import pwd
from pathlib import Path

from .errors import UserIdError, _

# Above every range that systemd, containers and directories hand out, below 2**31.
_DEFAULT_UID = 2_000_000_057
_FALLBACK_UIDS = range(65_533, 60_000, -1)  # inside a container that maps only 65,536 users


def uid_for_jails(wanted: int | None) -> int | None:
    """User and group id that programs get when we are root; None when we are not (they keep ours, in a user namespace).

    Raises UserIdError if `wanted` is root, cannot exist here, or belongs to somebody: a program must never share a real
    person's or service's files and processes.
    """
    if os.geteuid() != 0:
        return None
    mapped = _mapped_ranges()
    if wanted is not None:
        if wanted <= 0 or not _is_mapped(wanted, mapped):
            raise UserIdError(_("%(uid)s is not a usable user id for jails."), uid=wanted)
        if _is_taken(wanted):
            raise UserIdError(_("The user id %(uid)s belongs to somebody; jails need one of their own."), uid=wanted)
        return wanted
    for uid in itertools.chain([_DEFAULT_UID], _FALLBACK_UIDS):
        if _is_mapped(uid, mapped) and not _is_taken(uid):
            return uid
    raise UserIdError(_("No unused user id is left for jails."))


def _mapped_ranges() -> list[tuple[int, int]]:
    rows = [line.split() for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()]
    return [(int(first), int(first) + int(count)) for first, _, count in rows]


def _is_mapped(uid: int, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= uid < end for first, end in ranges)


def _is_taken(number: int) -> bool:
    for look_up in (pwd.getpwuid, grp.getgrgid):
        try:
            look_up(number)
        except KeyError:
            continue
        return True
    return False
