"""The declarative base of every table, and the one place where deleted rows are hidden from ordinary queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, with_loader_criteria

from etude.core.db import Base
from etude.models.mixins import SoftDeleteMixin

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState

__all__ = ["Base", "keep"]

_LIVING_ONLY = with_loader_criteria(SoftDeleteMixin, lambda cls: cls.deleted_at.is_(None), include_aliases=True)


def keep(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Return a SELECT to be kept and asked again and again: deleted rows are left out of it here, once.

    Values are bound with `sa.bindparam`. Building a query and finding its compiled form again costs more than asking
    SQLite, and a kept query does neither twice.
    """
    if query.get_execution_options().get("include_deleted"):
        return query
    return query.options(_LIVING_ONLY).execution_options(is_kept=True)


@event.listens_for(Session, "do_orm_execute")
def _hide_deleted(state: ORMExecuteState) -> None:
    """Leave deleted rows out of every SELECT, joins and relationships included, unless `include_deleted` is set."""
    options = state.execution_options
    if not state.is_select or state.is_column_load or options.get("include_deleted") or options.get("is_kept"):
        return
    state.statement = state.statement.options(_LIVING_ONLY)
