"""Whose rows are whose: found through the register and the foreign keys; reading and emptying them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from etude.core.db import Base
from etude.models.audit_entry import AuditDetail, AuditEntry
from etude.models.register.entries import TABLES
from etude.models.register.meanings import CATEGORIES, EMPTIED, NEVER_EXPORTED, Category, TableEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from etude.models.user import User

_ENTRIES = {entry.name: entry for entry in TABLES}
IN_A_COURSE = frozenset({Category.IDENTITY, Category.PLACE})
"""What a teacher may take along of an account itself."""


def what_is_stored() -> list[tuple[str, list[str], list[str]]]:
    """Return, by category, its name, for what it is stored and for how long; marked. Of people's own rows."""
    found: dict[Category, tuple[dict[str, None], dict[str, None]]] = {}
    for entry in (entry for entry in TABLES if entry.owner):
        for group in entry.groups:
            purposes, times = found.setdefault(group.category, ({}, {}))
            purposes[group.purpose], times[entry.kept.sentence] = None, None
    return [(CATEGORIES[one], list(found[one][0]), list(found[one][1])) for one in Category if one in found]


def owned_entries() -> list[TableEntry]:
    """Return the entries of the tables whose rows are somebody's; what refers to another comes before it."""
    order = [table.name for table in reversed(Base.metadata.sorted_tables)]
    return sorted((entry for entry in TABLES if entry.owner), key=lambda entry: order.index(entry.name))


def is_of(entry: TableEntry, user_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a row of this table is one person's."""
    table = Base.metadata.tables[entry.name]
    column = table.c[entry.owner]
    if not column.foreign_keys:
        return column == user_id
    parent = next(iter(column.foreign_keys)).column.table
    if parent.name == "user":
        return column == user_id
    return column.in_(sa.select(parent.c.id).where(is_of(_ENTRIES[parent.name], user_id)))


def _is_in(entry: TableEntry, course_id: int) -> sa.ColumnElement[bool] | None:
    """Return the condition that a row belongs to a course; None where rows belong to none."""
    table = Base.metadata.tables[entry.name]
    if "course_id" in table.c:
        return table.c.course_id == course_id
    if "assignment_id" in table.c:
        assignment = Base.metadata.tables["assignment"]
        return table.c.assignment_id.in_(sa.select(assignment.c.id).where(assignment.c.course_id == course_id))
    parents = [key.column.table for key in table.c[entry.owner].foreign_keys]
    if not parents or parents[0].name == "user":
        return None
    above = _is_in(_ENTRIES[parents[0].name], course_id)
    return None if above is None else table.c[entry.owner].in_(sa.select(parents[0].c.id).where(above))


def read_rows(
    session: Session, user_id: int, course_id: int | None = None
) -> Iterator[tuple[TableEntry, list[dict[str, Any]]]]:
    """Yield, table by table, what is stored of a person and may be handed out; of one course only, or of all."""
    for entry in reversed(owned_entries()):
        table = Base.metadata.tables[entry.name]
        columns, condition = entry.columns_but(NEVER_EXPORTED), is_of(entry, user_id)
        if course_id is not None and entry.name == "user":
            columns = entry.columns_of(IN_A_COURSE)
        elif course_id is not None:
            in_course = _is_in(entry, course_id)
            if in_course is None:
                continue
            condition = sa.and_(condition, in_course)
        query = sa.select(*(table.c[name] for name in columns)).where(condition).order_by(*table.primary_key)
        yield entry, [dict(row) for row in session.execute(query).mappings()]


def erase_rows(session: Session, user: User) -> None:
    """Erase what is stored of a person: rows that are no records go, records lose what names the person.

    The names in the audit log go first, while it can be told which rows are the person's. In the open transaction.
    """
    session.flush()
    _erase_log(session, user)
    for entry in owned_entries():
        table, condition = Base.metadata.tables[entry.name], is_of(entry, user.id)
        if not entry.is_record:
            session.execute(sa.delete(table).where(condition))
        elif entry.name != "user" and (names := entry.columns_of(EMPTIED)):
            session.execute(sa.update(table).where(condition).values({name: _empty(table.c[name]) for name in names}))
    for name in _ENTRIES["user"].columns_of(EMPTIED):
        setattr(user, name, _empty(user.__table__.c[name]))
    user.login, user.given_name, user.family_name = f"erased-{user.id}", "", f"#{user.id}"
    session.flush()


def _erase_log(session: Session, user: User) -> None:
    """Erase the details of what was done to anything of the person's; of what a student did, too.

    What staff did to others stays with its values: it is the school's record, not theirs.
    """
    about = [
        sa.and_(
            AuditEntry.target_type == entry.name,
            AuditEntry.target_id.in_(
                sa.select(*Base.metadata.tables[entry.name].primary_key).where(is_of(entry, user.id))
            ),
        )
        for entry in owned_entries()
    ]
    if not user.is_staff:
        about.append(AuditEntry.actor_id == user.id)
    for condition in about:
        entries = sa.select(AuditEntry.id).where(condition)
        gone = sa.delete(AuditDetail).where(AuditDetail.entry_id.in_(entries))
        session.execute(gone.execution_options(synchronize_session=False))


def _empty(column: Any) -> object:  # noqa: ANN401  a column of any type
    """Return the value that says nothing."""
    if column.nullable:
        return None
    kinds: tuple[tuple[type, object], ...] = (
        (sa.JSON, {}),
        (sa.Boolean, False),
        (sa.Integer, 0),
        (sa.String, ""),
    )
    return next(value for kind, value in kinds if isinstance(column.type, kind))
