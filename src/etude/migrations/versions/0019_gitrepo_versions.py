"""The history of an activity only grows: a version says what its author said of it, and may repeat an earlier one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None

REPEATED = """
SELECT later.id FROM activity_version AS later JOIN activity_version AS first
ON first.activity_id = later.activity_id AND first.digest = later.digest AND first.number < later.number
"""
DELETED = "DELETE FROM activity_version WHERE id IN ({repeated})"
FIRST = """
UPDATE {table} SET {column} = (
    SELECT MIN(first.id) FROM activity_version AS first JOIN activity_version AS own
    ON own.activity_id = first.activity_id AND own.digest = first.digest WHERE own.id = {table}.{column})
WHERE {column} IN ({repeated})
"""


def upgrade() -> None:
    with op.batch_alter_table("activity_version") as table:
        table.drop_constraint("uq_activity_version_activity_id_digest", type_="unique")
        table.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("restored_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    # What repeats an earlier version goes; whatever was judged by it was judged by the same content.
    for table, column in (("activity", "latest_version_id"), ("submission", "activity_version_id")):
        op.execute(FIRST.format(table=table, column=column, repeated=REPEATED))
    op.execute(DELETED.format(repeated=REPEATED))
    with op.batch_alter_table("activity_version") as table:
        table.drop_column("restored_number")
        table.drop_column("note")
        table.create_unique_constraint("uq_activity_version_activity_id_digest", ["activity_id", "digest"])
