from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from etude.models import Section
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession


def test_sections_come_by_name_without_the_deleted_ones(session: UnitOfWorkSession, people: factories.People) -> None:
    for name in ("C", "A", "B"):
        factories.section(people.course, name)
    with session.begin():
        Section.get_for_course(session, people.course)[1].delete(START, people.ada)

    assert [one.name for one in Section.get_for_course(session, people.course)] == ["A", "C"]


def test_a_name_is_free_again_when_its_section_is_in_the_bin(
    session: UnitOfWorkSession, people: factories.People
) -> None:
    first = factories.section(people.course, "A")
    with pytest.raises(IntegrityError):
        factories.section(people.course, "A")
    with session.begin():
        session.get(Section, first.id).delete(START, people.ada)

    factories.section(people.course, "A")

    deleted = Section.get_deleted_page(session, people.course, offset=0, limit=10)
    assert [one.id for one in deleted] == [first.id]
