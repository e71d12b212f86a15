from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError

from etude.core.db import Points, UtcDateTime
from etude.extensions import db
from etude.models import Course, School, User
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from etude.core.db import UnitOfWorkSession


def test_a_write_after_a_read_works(session: UnitOfWorkSession) -> None:
    school = School.get(session)

    with session.begin():
        school.name = "Lycée"

    assert session.scalar(sa.select(School.name)) == "Lycée"


def test_rows_read_before_the_block_are_read_again_inside(app: Flask, session: UnitOfWorkSession) -> None:
    user = factories.user(failed_logins=0)
    session.get(User, user.id)

    def elsewhere() -> None:
        with app.app_context(), db.session.begin():
            db.session.get(User, user.id).failed_logins = 10

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()
    with session.begin():
        user.failed_logins += 1

    assert session.get(User, user.id).failed_logins == 11


def test_a_change_outside_a_block_is_refused_when_the_block_begins(session: UnitOfWorkSession) -> None:
    School.get(session).name = "stray"

    with pytest.raises(InvalidRequestError, match="unsaved changes"):
        session.begin()
    session.rollback()


def test_a_change_that_is_never_saved_is_refused_at_the_end_of_the_request(session: UnitOfWorkSession) -> None:
    School.get(session).name = "stray"

    with pytest.raises(InvalidRequestError, match="would be lost"):
        session.refuse_leftovers()
    session.rollback()


def test_a_stray_flush_is_refused(session: UnitOfWorkSession) -> None:
    session.add(School(id=2, name="x", locale="en", zone="UTC"))

    with pytest.raises(InvalidRequestError, match="outside"):
        session.flush()
    session.rollback()


def test_a_stray_bulk_write_is_refused(session: UnitOfWorkSession) -> None:
    with pytest.raises(InvalidRequestError, match="outside"):
        session.execute(sa.update(School).values(name="stray"))
    session.rollback()


def test_commit_is_refused(session: UnitOfWorkSession) -> None:
    with pytest.raises(InvalidRequestError, match="not called"):
        session.commit()


def test_a_block_inside_a_block_is_refused(session: UnitOfWorkSession) -> None:
    with session.begin(), pytest.raises(InvalidRequestError):
        session.begin()


def test_an_exception_in_the_block_undoes_it(session: UnitOfWorkSession) -> None:
    with pytest.raises(ValueError, match="no"), session.begin():
        School.get(session).name = "half done"
        session.flush()
        raise ValueError("no")

    assert session.scalar(sa.select(School.name)) == "École de test"


def test_eight_writers_lose_no_increment(app: Flask, session: UnitOfWorkSession) -> None:
    user_id = factories.user(failed_logins=0).id

    def count_up() -> None:
        for _ in range(25):
            with app.app_context(), db.session.begin():
                db.session.get(User, user_id).failed_logins += 1

    threads = [Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert session.scalar(sa.select(User.failed_logins).where(User.id == user_id)) == 200


def test_what_must_last_waits_for_the_disk_whatever_was_written_before(session: UnitOfWorkSession) -> None:
    waits = []
    for options in ({}, {"lasting": False}, {"lasting": False}, {}, {"lasting": True}):
        with session.begin(**options):
            waits.append(session.scalar(sa.text("PRAGMA synchronous")))

    assert waits == [2, 1, 1, 2, 2]  # 2 is FULL, 1 is NORMAL


def test_times_come_back_aware_and_in_utc(session: UnitOfWorkSession) -> None:
    course = factories.course(archived_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    session.expire_all()

    assert session.get(Course, course.id).archived_at == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)  # noqa: DTZ001


@pytest.mark.parametrize(("given", "kept"), [("0.005", "0.01"), ("1.234", "1.23"), ("7", "7.00")])
def test_points_are_kept_to_the_hundredth_half_up(given: str, kept: str) -> None:
    stored = Points().process_bind_param(Decimal(given), None)

    assert str(Points().process_result_value(stored, None)) == kept


def test_a_block_that_could_not_begin_leaves_none_open(session: UnitOfWorkSession) -> None:
    def refuse(_connection: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("the database is away"))

    sa.event.listen(db.engine, "begin", refuse)
    with pytest.raises(sa.exc.OperationalError), session.begin():
        pass
    sa.event.remove(db.engine, "begin", refuse)

    with session.begin():
        School.get(session).name = "Lycée"
    assert session.scalar(sa.select(School.name)) == "Lycée"
