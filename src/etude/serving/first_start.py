"""The first start: folder, key, database, school, sample course, and the link that creates the admin."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zoneinfo import available_timezones

from etude.app import create_app
from etude.content import read_course
from etude.core import clock, schema
from etude.core.errors import Conflict, _
from etude.extensions import db
from etude.features.authoring.importing import import_course
from etude.models import School, User
from etude.models.school import LOCALES, ONLY_ID
from etude.models.user import LinkPurpose
from etude.models.user.operations import make_link

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config

ADMIN_LINK_LIFETIME = timedelta(days=2)
SAMPLE = Path(__file__).parents[1] / "sample"
DEFAULT_ZONE = "America/Toronto"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolAnswers:
    """What the first start asks."""

    name: str
    locale: str
    zone: str
    contact: str


def make_data_folder(config: Config) -> bool:
    """Make the data folder (0700) and the key; tell whether this is the first start.

    Raises:
        OSError: the folder cannot be made or written to, or the disk is full.
    """
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (config.data / "run").mkdir(mode=0o700, exist_ok=True)
    probe = config.data / "run" / f"probe-{os.getpid()}"
    probe.write_bytes(b"\0" * 65536)
    probe.unlink()
    return config.make_secret_key()


def use_scratch_folder(config: Config) -> None:
    """Let what comes in wait in the data folder, emptied of what a killed process left; for this process only."""
    shutil.rmtree(config.scratch, ignore_errors=True)
    config.scratch.mkdir(mode=0o700, exist_ok=True)
    tempfile.tempdir = str(config.scratch)


def lock_data_folder(config: Config) -> IO[str]:
    """Keep a second `etude serve` off the same data for as long as the returned file stays open.

    Raises:
        Conflict: another one runs.
    """
    file = (config.data / "run" / "serve.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        pid = file.read().strip() or "?"
        file.close()
        sentence = _("Étude already runs on this data folder (process %(pid)s). Stop it first, or use another --data.")
        raise Conflict(sentence, pid=pid) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def system_zone() -> str:
    """Return the machine's time zone where it can be told, else that of the first schools."""
    try:
        target = str(Path("/etc/localtime").readlink())
    except OSError:
        return DEFAULT_ZONE
    zone = target.partition("zoneinfo/")[2]
    return zone if zone in available_timezones() and "/" in zone and not zone.startswith("Etc/") else DEFAULT_ZONE


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
