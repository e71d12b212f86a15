"""Indexes that a big school needs: what waits for a review, and the states that a class table counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'to_review'")


def upgrade() -> None:
    op.create_index(
        "ix_submission_to_review",
        "submission",
        ["assignment_id", "submitted_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_progress_course_id_user_id_state", "progress", ["course_id", "user_id", "assignment_id", "state"]
    )
    op.drop_index("ix_progress_course_id_user_id", "progress")


def downgrade() -> None:
    op.create_index("ix_progress_course_id_user_id", "progress", ["course_id", "user_id"])
    op.drop_index("ix_progress_course_id_user_id_state", "progress")
    op.drop_index("ix_submission_to_review", "submission")
