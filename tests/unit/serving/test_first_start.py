from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import Course, OneTimeLink, School, User
from etude.models.user import LinkPurpose, SchoolRole
from etude.serving import first_start
from etude.serving.school_answers import SchoolAnswers
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config
    from tests.conftest import Time

ANSWERS = SchoolAnswers(name="Lycée", locale="fr", zone="America/Toronto", contact="Ada")


@pytest.fixture
def empty_app(config: Config) -> Flask:
    """An application right after the database was made: nothing is in it."""
    app = first_start.prepare_database(config)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_school_is_what_was_answered(empty_app: Flask) -> None:
    assert not first_start.has_school(empty_app)

    first_start.make_school(empty_app, ANSWERS)

    assert first_start.has_school(empty_app)
    with empty_app.app_context():
        school = School.get(db.session)
        assert (school.name, school.locale, school.zone) == ("Lycée", "fr", "America/Toronto")


@pytest.mark.parametrize("answers", [
    SchoolAnswers(name="X", locale="de", zone="America/Toronto", contact=""),
    SchoolAnswers(name="X", locale="fr", zone="Toronto", contact=""),
])  # fmt: skip
def test_answer_that_cannot_be_is_refused(empty_app: Flask, answers: SchoolAnswers) -> None:
    with pytest.raises(ValueError, match="unknown language or time zone"):
        first_start.make_school(empty_app, answers)


def test_sample_course_comes_in_the_schools_language(empty_app: Flask) -> None:
    first_start.make_school(empty_app, ANSWERS)

    first_start.add_sample_course(empty_app)

    with empty_app.app_context():
        course = db.session.scalars(sa.select(Course)).one()
        assert (course.locale, course.owner_id) == ("fr", None)


def test_link_that_creates_the_admin_is_new_at_each_start_and_the_old_one_ends(app: Flask, time: Time) -> None:
    first, second = first_start.make_admin_link(app), first_start.make_admin_link(app)

    with app.app_context(), db.session.begin():
        old, new = (OneTimeLink.get_by_token(db.session, token, LinkPurpose.CREATE_ADMIN) for token in (first, second))
        assert not old.is_usable(time())
        assert new.is_usable(time())
        assert not new.is_usable(time.forward(days=2))


def test_school_with_an_admin_gets_no_link(app: Flask) -> None:
    with app.app_context():
        factories.user(school_role=SchoolRole.ADMIN)

    assert first_start.make_admin_link(app) is None


def test_school_whose_only_admin_is_in_the_bin_gets_one(app: Flask, time: Time) -> None:
    with app.app_context():
        admin = factories.user(school_role=SchoolRole.ADMIN)
        with db.session.begin():
            db.session.get(User, admin.id).delete(time(), None)

    assert first_start.make_admin_link(app)
