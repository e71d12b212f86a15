"""The Git repository that a course follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from etude.core.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_source",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("url", "branch", "folder")),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("user", "secret", "known_hosts")),
        *(sa.Column(name, UtcDateTime(timezone=True), nullable=True) for name in ("due_at", "tried_at")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "commit", "subject", "taken_commit")),
        sa.Column("taken_at", UtcDateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("faults", "taken", "chosen", "pending")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_source_course_id_course"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["user.id"], name=op.f("fk_course_source_set_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_source")),
    )
    with op.batch_alter_table("course_source") as table:
        table.create_index("ix_course_source_set_by_id", ["set_by_id"])
        table.create_index("ix_course_source_due_at", ["due_at"])


def downgrade() -> None:
    op.drop_table("course_source")
