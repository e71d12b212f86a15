"""Since when a student is a course's own: before, its teachers have no power over the account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import etude.core.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolment") as table:
        table.add_column(sa.Column("confirmed_at", etude.core.db.UtcDateTime(timezone=True), nullable=True))
    # Those that are there were made when every enrolment gave this power: nobody's class loses its teacher.
    op.execute("UPDATE enrolment SET confirmed_at = created_at WHERE confirmed_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("enrolment") as table:
        table.drop_column("confirmed_at")
