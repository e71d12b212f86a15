"""What stands in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.extensions import db
from etude.models import AuditEntry

if TYPE_CHECKING:
    from flask import Flask


def audited(app: Flask) -> set[str]:
    """Return the tags of every act that was written down."""
    with app.app_context():
        return {entry.tag for entry in db.session.query(AuditEntry)}
