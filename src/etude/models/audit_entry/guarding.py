"""The database itself keeps the audit log: nothing in it is changed, and only a sealed, old beginning is removed.

An entry younger than a year is removed by nobody; the setting of the school can only be longer. Whoever has the
database's password can take the triggers away, of course; the chain then tells of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from etude.core.db import Base

if TYPE_CHECKING:
    import sqlalchemy as sa

REFUSAL = "the audit log is only added to"
SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {trigger} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for trigger in (
        "audit_entry_unchanged BEFORE UPDATE ON audit_entry",
        # INSERT OR REPLACE removes a row without asking the trigger of DELETE.
        (
            "audit_entry_unreplaced BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry "
            "WHERE id = NEW.id OR digest = NEW.digest OR previous_digest = NEW.previous_digest)"
        ),
        (
            "audit_entry_kept BEFORE DELETE ON audit_entry WHEN OLD.at > datetime('now', '-365 days') "
            "OR NOT EXISTS (SELECT 1 FROM audit_seal WHERE entry_id >= OLD.id)"
        ),
        "audit_detail_unchanged BEFORE UPDATE ON audit_detail",
        "audit_seal_unchanged BEFORE UPDATE ON audit_seal",
        "audit_seal_kept BEFORE DELETE ON audit_seal",
    )
)
POSTGRESQL = (
    (
        f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    ),
    (
        "CREATE OR REPLACE FUNCTION audit_is_kept(entry bigint, written timestamptz) RETURNS boolean "
        "LANGUAGE sql AS $$ SELECT written > now() - interval '365 days' "
        "OR NOT EXISTS (SELECT 1 FROM audit_seal WHERE entry_id >= entry) $$"
    ),
    *(
        f"CREATE OR REPLACE TRIGGER {trigger} EXECUTE FUNCTION audit_refuse()"
        for trigger in (
            "audit_entry_unchanged BEFORE UPDATE ON audit_entry FOR EACH ROW",
            "audit_entry_kept BEFORE DELETE ON audit_entry FOR EACH ROW WHEN (audit_is_kept(OLD.id, OLD.at))",
            "audit_entry_whole BEFORE TRUNCATE ON audit_entry",
            "audit_detail_unchanged BEFORE UPDATE ON audit_detail FOR EACH ROW",
            "audit_seal_unchanged BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW",
            "audit_seal_whole BEFORE TRUNCATE ON audit_seal",
        )
    ),
)


@event.listens_for(Base.metadata, "after_create")
def _guard(_target: object, connection: sa.Connection, **_options: object) -> None:
    """Make the triggers where the tables are made without migrations; a test compares the two."""
    guard(connection)


def guard(connection: sa.Connection) -> None:
    """Make the triggers of this kind of database, where they are not there yet."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)
