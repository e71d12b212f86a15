"""Demonstrations: a console that is shown to the class, and which programs were shown in which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
FOREIGN = {"course_id": "course", "section_id": "section", "assignment_id": "assignment", "by_id": "user"}


def upgrade() -> None:
    op.create_table(
        "console_demo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("most_followers", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_console_demo_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in FOREIGN.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_demo")),
        sa.UniqueConstraint("key", name=op.f("uq_console_demo_key")),
    )
    with op.batch_alter_table("console_demo") as table:
        for column in (*FOREIGN, "began_at"):
            table.create_index(f"ix_console_demo_{column}", [column])
        table.create_index(
            "uq_console_demo_shown",
            ["course_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    with op.batch_alter_table("console") as table:
        table.add_column(sa.Column("demo_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_console_demo_id_console_demo"), "console_demo", ["demo_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index("ix_console_demo_id", ["demo_id"])


def downgrade() -> None:
    with op.batch_alter_table("console") as table:
        table.drop_index("ix_console_demo_id")
        table.drop_constraint(op.f("fk_console_demo_id_console_demo"), type_="foreignkey")
        table.drop_column("demo_id")
    op.drop_table("console_demo")
