"""Alembic migrations: one change per file, up and down."""
