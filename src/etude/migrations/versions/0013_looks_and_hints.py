"""Looks over a student's shoulder, and hints sent into a student's page; living consoles are found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("console") as table:
        table.create_index(
            "ix_console_living",
            ["assignment_id"],
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "console_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("console_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["console_id"], ["console.id"], name=op.f("fk_console_look_console_id_console"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_console_look_by_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_look")),
    )
    with op.batch_alter_table("console_look") as table:
        table.create_index("ix_console_look_console_id", ["console_id"])
        table.create_index("ix_console_look_by_id", ["by_id"])
        table.create_index("ix_console_look_began_at", ["began_at"])
    op.create_table(
        "console_hint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_console_hint_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_console_hint_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_console_hint_by_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_hint")),
    )
    with op.batch_alter_table("console_hint") as table:
        table.create_index("ix_console_hint_user_id_assignment_id", ["user_id", "assignment_id"])
        table.create_index("ix_console_hint_assignment_id", ["assignment_id"])
        table.create_index("ix_console_hint_by_id", ["by_id"])
        table.create_index("ix_console_hint_sent_at", ["sent_at"])


def downgrade() -> None:
    op.drop_table("console_hint")
    op.drop_table("console_look")
    with op.batch_alter_table("console") as table:
        table.drop_index("ix_console_living")
