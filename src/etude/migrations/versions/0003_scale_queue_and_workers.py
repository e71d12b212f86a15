"""Who comes first in the queue and what a task needs; what a worker says of itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task_message") as table:
        table.add_column(sa.Column("urgency", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("needs", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("protocol", sa.Integer(), server_default="1", nullable=False))
        table.drop_index("ix_task_message_queue_eta")
        table.create_index("ix_task_message_order", ["queue", "urgency", "turn", "enqueued_at"])
        table.create_index("ix_task_message_owner_id", ["owner_id"])
    # With defaults of the database: a worker of the version before can still say that it is there.
    with op.batch_alter_table("worker_state") as table:
        table.add_column(sa.Column("fault", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("version", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("protocol", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("cores", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("languages", sa.JSON(), server_default="{}", nullable=False))
        table.add_column(sa.Column("clock_difference_s", sa.Double(), server_default="0", nullable=False))
        table.add_column(sa.Column("free_bytes", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("worker_state") as table:
        for name in ("free_bytes", "clock_difference_s", "languages", "cores", "protocol", "version", "fault"):
            table.drop_column(name)
    with op.batch_alter_table("task_message") as table:
        table.drop_index("ix_task_message_owner_id")
        table.drop_index("ix_task_message_order")
        for name in ("protocol", "needs", "owner_id", "turn", "urgency"):
            table.drop_column(name)
        table.create_index("ix_task_message_queue_eta", ["queue", "eta"])
