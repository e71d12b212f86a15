"""What the engine tells besides a verdict: a validator's words for the teacher, pictures of the program, faults."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("test_outcome") as table:
        table.add_column(sa.Column("judge_note_head", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("progress") as table:
        table.add_column(sa.Column("has_fault", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "test_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_test_picture_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_picture")),
    )
    with op.batch_alter_table("test_picture") as table:
        table.create_index("ix_test_picture_submission_id_position", ["submission_id", "position"])


def downgrade() -> None:
    op.drop_table("test_picture")
    with op.batch_alter_table("progress") as table:
        table.drop_column("has_fault")
    with op.batch_alter_table("test_outcome") as table:
        table.drop_column("judge_note_head")
