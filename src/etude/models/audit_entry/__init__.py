"""The audit log: entries that are never changed, chained; details that can be erased without breaking the chain."""

from __future__ import annotations

from etude.models.audit_entry import guarding  # noqa: F401  the triggers are made with the tables
from etude.models.audit_entry.entry import AuditDetail, AuditEntry
from etude.models.audit_entry.seal import AuditSeal

__all__ = ["AuditDetail", "AuditEntry", "AuditSeal"]
