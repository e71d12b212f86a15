"""The audit log of the school: every hand-in and sign-in, chained as the product chains them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from etude.audit import AuditTag
from etude.models import AuditDetail, AuditEntry
from etude.models.audit_entry.entry import GENESIS

if TYPE_CHECKING:
    from datetime import datetime

    from benchmarks.load.size import Plan
    from benchmarks.load.writing import Writer

SIGN_IN_EVERY = 8
"""One sign-in for so many answers."""


class Log:
    """Writes entries, each chained to the one before; they must come in the order of time."""

    def __init__(self, writer: Writer, plan: Plan) -> None:
        self._writer, self._chance = writer, plan.chance
        self._previous, self._id = GENESIS, 0

    def hand_in(self, at: datetime, user_id: int, course_id: int, submission_id: int, attempt: int) -> None:
        """Note an answer, now and then after the sign-in of its author."""
        address = f"10.0.{user_id % 200}.{user_id % 250}"
        if submission_id % SIGN_IN_EVERY == 0:
            values = {"actor_id": user_id, "course_id": None, "target_type": "user", "target_id": user_id}
            self._add(at, AuditTag.LOGIN_SUCCEEDED, values, {"address": address})
        values = {"actor_id": user_id, "course_id": course_id, "target_type": "submission", "target_id": submission_id}
        details = {"attempt": attempt, "late_days": 0, "address": address}
        self._add(at, AuditTag.SUBMISSION_CREATED, values, details)

    def _add(self, at: datetime, tag: AuditTag, values: dict[str, Any], document: dict[str, Any]) -> None:
        detail = SimpleNamespace(salt=f"{self._chance.getrandbits(128):032x}", document=document)
        self._id += 1
        entry = {
            "at": at,
            "tag": tag.value,
            **values,
            "fields": sorted(name for name in document if name != "address"),
            "request_id": f"{self._chance.getrandbits(64):016x}",
            "detail_digest": AuditDetail.digest(detail),
            "previous_digest": self._previous,
        }
        # The product's own digests, of plain values: a row of the ORM for each would take longer than all the rest.
        self._previous = AuditEntry.compute_digest(SimpleNamespace(**entry))
        self._writer.add("audit_entry", {"id": self._id, "digest": self._previous, **entry})
        self._writer.add("audit_detail", {"entry_id": self._id, "salt": detail.salt, "document": document})
