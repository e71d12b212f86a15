"""The first start: database, school, sample course, and the link that creates the admin."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from etude.app import create_app
from etude.content import read_course
from etude.core import clock, schema
from etude.extensions import db
from etude.features.authoring.importing import import_course
from etude.models import School, User
from etude.models.school import LOCALES, ONLY_ID
from etude.models.user import LinkPurpose
from etude.models.user.operations import make_link

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config
    from etude.serving.school_answers import SchoolAnswers

ADMIN_LINK_LIFETIME = timedelta(days=2)
SAMPLE = Path(__file__).parents[1] / "sample"


def prepare_database(config: Config) -> Flask:
    """Bring the database up to date and return the application.

    Raises:
        NewerDatabaseError: the database is of a newer version.
    """
    app = create_app(config)
    with app.app_context():
        schema.upgrade(db.engine)
    return app


def has_school(app: Flask) -> bool:
    """Tell whether the first start's questions were answered."""
    with app.app_context():
        return School.get(db.session) is not None


def make_school(app: Flask, answers: SchoolAnswers) -> None:
    """Store what the first start asked."""
    if answers.locale not in LOCALES or answers.zone not in available_timezones():
        raise ValueError(f"unknown language or time zone: {answers.locale}, {answers.zone}")
    with app.app_context(), db.session.begin():
        db.session.add(
            School(id=ONLY_ID, name=answers.name, locale=answers.locale, zone=answers.zone, contact=answers.contact)
        )


def add_sample_course(app: Flask) -> None:
    """Add the sample course in the school's language: something to try in the first minute, and an example to copy."""
    with app.app_context():
        school = School.get(db.session)
        assert school is not None
        content = read_course(SAMPLE)
        import_course(content, locale=school.locale, zone=school.zone, made_by_id=None, at=clock.now())


def make_admin_link(app: Flask) -> str | None:
    """Return the token of a fresh one-time link that creates the admin; None when the school has one."""
    with app.app_context():
        if User.has_admin(db.session):
            return None
        with db.session.begin():
            return make_link(db.session, LinkPurpose.CREATE_ADMIN, at=clock.now(), lifetime=ADMIN_LINK_LIFETIME)
