"""The school that the load benchmarks make is one that the product could have made, and always the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from benchmarks.load.making import fill, quick_writer
from benchmarks.load.size import PASSWORD, Size, plan

from etude.extensions import db
from etude.models import AuditEntry, Base, Progress, School, Submission
from etude.models.progress import operations
from etude.models.user import User, passwords
from etude.storage import open_storage
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from flask import Flask

TINY = Size(
    students=4,
    teachers=1,
    courses=1,
    activities=5,
    assignments_per_course=5,
    courses_per_student=1,
    submissions=20,
    files=2,
    big_course_share=1.0,
)


@pytest.fixture
def school(app: Flask) -> Flask:
    with app.app_context():
        _fill(app, seed=1)
    return app


def _fill(app: Flask, seed: int) -> None:
    with quick_writer(db.engine) as writer:
        fill(writer, open_storage(app.extensions["etude"]), plan(TINY, seed, START))


def _digest() -> str:
    """Return the digest of every row of every table but the school's own, which the fixture made."""
    found = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name != School.__tablename__:
                found.update(repr(connection.execute(sa.select(table).order_by(*table.primary_key)).all()).encode())
    return found.hexdigest()


def test_it_has_as_many_of_everything_as_was_asked_for_and_breaks_no_foreign_key(school: Flask) -> None:
    with school.app_context():
        counts = {name: db.session.scalar(sa.select(sa.func.count()).select_from(Base.metadata.tables[name]))
                  for name in ("user", "course", "activity", "assignment", "submission", "stored_file")}  # fmt: skip
        is_sqlite = db.engine.dialect.name == "sqlite"
        broken = db.session.execute(sa.text("PRAGMA foreign_key_check")).all() if is_sqlite else []

    assert counts == {"user": 6, "course": 1, "activity": 5, "assignment": 5, "submission": 20, "stored_file": 2}
    assert not broken


def test_its_audit_log_is_whole(school: Flask) -> None:
    with school.app_context():
        proof = AuditEntry.prove(db.session)

    assert (proof.broken_at, proof.entries) == (None, 22)  # twenty answers, a sign-in before every eighth


def test_its_progress_is_what_the_product_finds_in_the_answers(school: Flask) -> None:
    columns = [column for column in Progress.__table__.c if column.name not in ("id", "started_at")]
    with school.app_context():
        before = db.session.execute(sa.select(*columns).order_by(Progress.id)).all()

        with db.session.begin():
            for place in db.session.execute(sa.select(Progress.assignment_id, Progress.user_id)).all():
                operations.recompute(db.session, *place)

        assert db.session.execute(sa.select(*columns).order_by(Progress.id)).all() == before
        assert len(before) > 5


def test_every_kind_of_answer_is_in_it(school: Flask) -> None:
    with school.app_context():
        assert set(db.session.scalars(sa.select(Submission.kind))) == {"code", "quiz", "upload"}


def test_its_people_can_sign_in(school: Flask) -> None:
    with school.app_context():
        user = User.get_by_login(db.session, "student3")

        assert passwords.is_right(user.password_hash, PASSWORD)
        assert not passwords.needs_rehash(user.password_hash)


def test_the_product_writes_on_after_it(school: Flask) -> None:
    with school.app_context():
        made = factories.user()

        assert made.id == 7


@pytest.mark.parametrize(("seed", "is_same"), [(1, True), (2, False)])
def test_the_same_seed_makes_the_same_school_and_another_another(school: Flask, seed: int, is_same: bool) -> None:
    with school.app_context():
        first = _digest()
        with db.engine.connect() as connection:
            Base.metadata.drop_all(connection)
            Base.metadata.create_all(connection)
            connection.commit()

        _fill(school, seed)

        assert (_digest() == first) is is_same
