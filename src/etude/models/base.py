"""The declarative base of every table, and the one place where deleted rows are hidden from ordinary queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.orm import Session, with_loader_criteria

from etude.core.db import Base
from etude.models.mixins import SoftDeleteMixin

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState

__all__ = ["Base"]


@event.listens_for(Session, "do_orm_execute")
def _hide_deleted(state: ORMExecuteState) -> None:
    """Leave deleted rows out of every SELECT, joins and relationships included, unless `include_deleted` is set."""
    if not state.is_select or state.is_column_load or state.execution_options.get("include_deleted"):
        return
    state.statement = state.statement.options(
        with_loader_criteria(SoftDeleteMixin, lambda cls: cls.deleted_at.is_(None), include_aliases=True)
    )
