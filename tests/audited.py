"""What stands in the audit log, and doing to it what the database lets nobody do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.extensions import db
from etude.models import AuditEntry

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

TRIGGERS = {
    "audit_entry": ("unchanged", "unreplaced", "kept"),
    "audit_detail": ("unchanged",),
    "audit_seal": ("unchanged", "kept"),
}


def audited(app: Flask) -> set[str]:
    """Return the tags of every act that was written down."""
    with app.app_context():
        return {entry.tag for entry in db.session.query(AuditEntry)}


def unguard(session: Session) -> None:
    """Take the triggers away, as somebody with the database's password could; in the open transaction."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    for table, names in TRIGGERS.items():
        for name in names:
            on = f" ON {table}" if is_postgresql else ""
            session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_{name}{on}"))
