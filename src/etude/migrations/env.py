"""Runs migrations on the connection that `core/schema.py` hands over."""

from __future__ import annotations

from alembic import context

from etude.models import Base
from etude.queue import TaskMessage

assert TaskMessage.metadata is Base.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
