from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.models import School
from etude.models.school import ONLY_ID, SchoolValues

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession

VALUES = SchoolValues(name="École de test", locale="en", zone="America/Toronto", contact="Ada")


def test_the_school_is_one_row(session: UnitOfWorkSession) -> None:
    assert School.get(session).name == "École de test"
    assert School.get(session).id == ONLY_ID


def test_before_the_first_start_there_is_no_school(session: UnitOfWorkSession) -> None:
    with session.begin():
        session.execute(sa.delete(School))

    assert School.get(session) is None


def test_describing_says_what_changed_from_what_to_what(session: UnitOfWorkSession) -> None:
    with session.begin():
        changes = School.describe(
            session, SchoolValues(name="Lycée", locale="fr", zone="America/Toronto", contact="Ada")
        )

    assert changes == {"name": ["École de test", "Lycée"], "locale": ["en", "fr"]}
    assert (School.get(session).name, School.get(session).locale) == ("Lycée", "fr")


def test_describing_the_same_again_changes_nothing(session: UnitOfWorkSession) -> None:
    with session.begin():
        assert School.describe(session, VALUES) == {}


def test_describing_makes_the_school_where_there_is_none(session: UnitOfWorkSession) -> None:
    with session.begin():
        session.execute(sa.delete(School))
    session.expire_all()

    with session.begin():
        changes = School.describe(session, VALUES)

    assert changes["name"] == ["", "École de test"]
    assert School.get(session).zone == "America/Toronto"
