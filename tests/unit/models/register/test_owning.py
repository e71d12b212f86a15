from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core.db import Base
from etude.models import Draft, DraftVersion, Submission, SubmissionFile, User
from etude.models.register.owning import erase_rows, owned_entries, read_rows
from tests.filling import fill

if TYPE_CHECKING:
    from pathlib import Path

    from etude.core.db import UnitOfWorkSession
    from tests import factories


def test_rows_that_refer_to_others_come_first() -> None:
    names = [entry.name for entry in owned_entries()]

    assert names.index("draft_version") < names.index("draft") < names.index("user")
    assert names.index("submission_file") < names.index("submission")


def test_every_owned_table_can_be_read_and_erased(tmp_path: Path) -> None:
    """On made-up rows of every table: no column is emptied with a value that the database refuses."""
    from etude.core.db import UnitOfWorkSession

    engine = sa.create_engine(f"sqlite:///{tmp_path / 'filled.db'}")
    Base.metadata.create_all(engine)
    fill(str(engine.url))
    with UnitOfWorkSession(engine) as session, session.begin():
        user = session.scalars(
            sa.select(User).join(Submission, Submission.user_id == User.id).limit(1),
            execution_options={"include_deleted": True},
        ).one()
        before = {entry.name: len(rows) for entry, rows in read_rows(session, user.id)}
        erase_rows(session, user)
        name = user.family_name
        after = {entry.name: rows for entry, rows in read_rows(session, user.id)}
        records = {entry.name for entry in owned_entries() if entry.is_record}
    engine.dispose()

    assert before["submission"] > 0
    assert {name for name, rows in after.items() if rows} <= records
    assert {name: len(rows) for name, rows in after.items() if name in records} == {
        name: count for name, count in before.items() if name in records
    }
    assert after["user"][0]["family_name"] == name


def test_rows_of_others_stay(session: UnitOfWorkSession, people: factories.People) -> None:
    ben = session.get_one(User, people.ben)
    with session.begin():
        ben = session.get_one(User, people.ben)
        erase_rows(session, ben)

    cy = session.get_one(User, people.cy)
    assert (cy.name, cy.login) == ("Cy Outsider", "cy")
    assert ben.password_hash is None
    assert session.scalar(sa.select(sa.func.count(Draft.id))) == 0
    assert not session.scalars(sa.select(DraftVersion)).all()
    assert not session.scalars(sa.select(SubmissionFile)).all()
