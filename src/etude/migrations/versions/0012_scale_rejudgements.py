"""Answers that were judged again together: what each had before, and what it got."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rejudgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_rejudgement_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_rejudgement_asked_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejudgement")),
    )
    with op.batch_alter_table("rejudgement") as table:
        table.create_index("ix_rejudgement_assignment_id_asked_at", ["assignment_id", "asked_at"])
        table.create_index("ix_rejudgement_asked_at", ["asked_at"])
    _make_answers()


def _make_answers() -> None:
    op.create_table(
        "rejudged_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rejudgement_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("status_before", sa.String(), nullable=False),
        sa.Column("score_before", sa.Integer(), nullable=True),
        sa.Column("tests_before", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_after", sa.String(), nullable=False),
        sa.Column("score_after", sa.Integer(), nullable=True),
        sa.Column("tests_after", sa.Integer(), nullable=True),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rejudgement_id"],
            ["rejudgement.id"],
            name=op.f("fk_rejudged_answer_rejudgement_id_rejudgement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_rejudged_answer_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejudged_answer")),
        sa.UniqueConstraint(
            "rejudgement_id", "submission_id", name=op.f("uq_rejudged_answer_rejudgement_id_submission_id")
        ),
    )
    with op.batch_alter_table("rejudged_answer") as table:
        table.create_index("ix_rejudged_answer_submission_id_judged_at", ["submission_id", "judged_at"])


def downgrade() -> None:
    op.drop_table("rejudged_answer")
    op.drop_table("rejudgement")
