"""What a walk along the chain of the audit log finds."""

from __future__ import annotations

from dataclasses import dataclass

from etude.core.errors import _

CHANGED = _("it was changed after it was written")
DETAIL_CHANGED = _("what it says of people or values was changed after it was written")
MISPLACED = _("an entry before it is missing, or one was put in between")
UNSEALED = _("the log does not tell of the seal that it begins with")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk along the chain found.

    Attributes:
        entries: how many entries fit.
        head: the digest of the last that fits: what a backup's manifest holds, and what a later log must contain.
        broken_at: the id of the first entry that does not fit; None if all do.
        why: what is wrong with it, marked for translation; "" if all fit.
    """

    entries: int
    head: str
    broken_at: int | None = None
    why: str = ""
