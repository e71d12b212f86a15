"""What consoles showed, where a course keeps it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("course") as table:
        table.add_column(sa.Column("keeps_console_output", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("console") as table:
        table.add_column(sa.Column("is_kept", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "console_record",
        sa.Column("console_id", sa.Integer(), nullable=False),
        sa.Column("output", sa.LargeBinary(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["console_id"], ["console.id"], name=op.f("fk_console_record_console_id_console"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("console_id", name=op.f("pk_console_record")),
    )
    with op.batch_alter_table("console_record") as table:
        table.create_index("ix_console_record_kept_at", ["kept_at"])


def downgrade() -> None:
    op.drop_table("console_record")
    with op.batch_alter_table("console") as table:
        table.drop_column("is_kept")
    with op.batch_alter_table("course") as table:
        table.drop_column("keeps_console_output")
