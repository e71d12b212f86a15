"""Every column of every table says what it holds, for what, and for how long; the pages about it are up to date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scripts.register import PAGES, write_page

from etude.models import Base
from etude.models.register import CATEGORIES, TABLES, Category, TableEntry
from etude.queue import TaskMessage

ENTRIES = {entry.name: entry for entry in TABLES}
assert TaskMessage.metadata is Base.metadata


@pytest.mark.parametrize("name", sorted(Base.metadata.tables))
def test_every_column_declares_its_category_and_its_purpose_once(name: str) -> None:
    """A new column gets its place in src/etude/models/register/entries.py; then: python scripts/register.py."""
    entry = ENTRIES[name]

    declared = sorted(column for group in entry.groups for column in group.columns)

    assert declared == sorted(column.name for column in Base.metadata.tables[name].columns)
    assert all(group.purpose and group.category in CATEGORIES for group in entry.groups)


def test_no_table_is_declared_that_is_gone_and_none_twice() -> None:
    assert sorted(entry.name for entry in TABLES) == sorted(Base.metadata.tables)


@pytest.mark.parametrize("mapper", sorted(Base.registry.mappers, key=str), ids=str)
def test_the_declared_time_is_the_one_after_which_rows_go(mapper: object) -> None:
    retention = getattr(mapper.class_, "retention", None)

    declared = ENTRIES[mapper.class_.__tablename__].kept.setting

    kept = retention.kept if retention is not None else None
    assert declared == (kept.days if isinstance(kept, timedelta) else kept)


OUTLIVES = {
    "roster_import": "numbers only, and the course’s",
    "erasure": "a number, so that a restore erases again",
}
"""Tables that refer to people and are not theirs, each with why."""


def _refers_to_people(entry: TableEntry) -> bool:
    owners = {"user_id"} | {f"{one.name}_id" for one in TABLES if one.owner}
    return bool(owners & {column.name for column in Base.metadata.tables[entry.name].columns})


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: entry.name)
def test_rows_of_a_person_say_whose_they_are(entry: TableEntry) -> None:
    """What has work, marks or sign-ins of somebody is exported and erased with the person."""
    personal = {Category.IDENTITY, Category.CONTACT, Category.SIGN_IN, Category.WORK, Category.MARK}
    is_personal = any(group.category in personal for group in entry.groups)

    assert bool(entry.owner) >= is_personal
    assert bool(entry.owner) >= _refers_to_people(entry) or entry.name in OUTLIVES
    assert not entry.owner or entry.owner in Base.metadata.tables[entry.name].columns


@pytest.mark.parametrize("locale", sorted(PAGES))
def test_the_register_of_processing_is_up_to_date(locale: str) -> None:
    assert PAGES[locale].read_text(encoding="utf-8") == write_page(locale), "run: python scripts/register.py"
