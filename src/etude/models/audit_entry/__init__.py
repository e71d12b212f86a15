"""The audit log: entries that are never changed, chained; details that can be erased without breaking the chain."""

from __future__ import annotations

from etude.models.audit_entry.entry import AuditDetail, AuditEntry

__all__ = ["AuditDetail", "AuditEntry"]
