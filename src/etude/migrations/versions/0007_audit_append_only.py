"""The audit log: triggers that let nothing be changed, and seals, by which its old beginning can be retired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

REFUSAL = "the audit log is only added to"
SQLITE = tuple(
    f"CREATE TRIGGER {trigger} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
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
        f"CREATE TRIGGER {trigger} EXECUTE FUNCTION audit_refuse()"
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
TRIGGERS = {
    "audit_entry": ("unchanged", "unreplaced", "kept", "whole"),
    "audit_detail": ("unchanged",),
    "audit_seal": ("unchanged", "kept", "whole"),
}


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_seal_digest")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, names in TRIGGERS.items():
        for name in names:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        op.execute("DROP FUNCTION audit_refuse()")
        op.execute("DROP FUNCTION audit_is_kept(bigint, timestamptz)")
    op.drop_table("audit_seal")
