"""Writes on the Git repository that a course follows: setting it, asking for a look, choosing, leaving it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import NotFound
from etude.core.git_addresses import GitRemote
from etude.core.sealing import seal
from etude.extensions import db
from etude.features.authoring.following import OURS, THEIRS, purpose
from etude.models import Course, CourseSource
from etude.models.course import SourceState

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceValues:
    """What the form says of a repository; an empty `secret` or `ssh_key` leaves what is kept."""

    url: str
    branch: str
    folder: str
    every_minutes: int
    user: str
    known_hosts: str
    secret: str = field(default="", repr=False)
    ssh_key: str = field(default="", repr=False)


def follow(course_id: int, values: SourceValues, *, user_id: int, at: datetime) -> None:
    """Have a course follow a repository, and look at it soon.

    What is kept of a secret goes as soon as the server is another one: nobody can have it sent to a place of theirs.
    """
    with db.session.begin():
        source = CourseSource.get_for_update(db.session, course_id)
        if source is None:
            source = CourseSource(course_id=course_id)
            db.session.add(source)
        elif not _is_same_place(source.url, values.url):
            source.secret, source.taken = "", {}
        for name in ("url", "branch", "folder", "every_minutes", "user", "known_hosts"):
            setattr(source, name, getattr(values, name))
        if values.secret or values.ssh_key:
            kept = json.dumps({"secret": values.secret, "ssh_key": values.ssh_key})
            source.secret = seal(current_app.config["SECRET_KEY"], purpose(course_id), kept)
        source.set_by_id, source.commit, source.state, source.due_at = user_id, "", SourceState.NEW, at
        source.faults = []
        details = {"url": values.url, "branch": values.branch, "folder": values.folder}
        course = db.session.get_one(Course, course_id)
        audit.record(db.session, AuditTag.COURSE_SOURCE_SET, target=course, course_id=course_id, details=details)


def _is_same_place(old: str, new: str) -> bool:
    first, second = GitRemote(url=old), GitRemote(url=new)
    return (first.parts.scheme, first.host, first.port) == (second.parts.scheme, second.host, second.port)


def ask(course_id: int, *, at: datetime) -> None:
    """Have the repository looked at as soon as possible, also when its commit is known.

    Raises:
        NotFound: the course follows none.
    """
    with db.session.begin():
        _again(_source_of(course_id), at)


def choose(course_id: int, *, theirs: bool, user_id: int, at: datetime) -> None:
    """Decide about all activities that were changed on both sides, as far as they were shown.

    theirs: what the repository says becomes a new version; else what is here stays until the repository changes again.

    Raises:
        NotFound: the course follows none.
    """
    with db.session.begin():
        source = _source_of(course_id)
        which = THEIRS if theirs else OURS
        shown = {fault["slug"]: [fault["digest"], which] for fault in source.faults if "slug" in fault}
        source.chosen = {**source.chosen, **shown}
        course = db.session.get_one(Course, course_id)
        details = {"chosen": which, "slugs": sorted(shown)[:30]}
        audit.record(
            db.session, AuditTag.COURSE_SOURCE_CHOSEN, target=course, course_id=course_id, actor_id=user_id,
            details=details,
        )  # fmt: skip
        _again(source, at)


def leave(course_id: int) -> None:
    """Follow the repository no more; what was taken stays.

    Raises:
        NotFound: the course follows none.
    """
    with db.session.begin():
        source = _source_of(course_id)
        details = {"url": source.url}
        db.session.delete(source)
        course = db.session.get_one(Course, course_id)
        audit.record(db.session, AuditTag.COURSE_SOURCE_LEFT, target=course, course_id=course_id, details=details)


def _source_of(course_id: int) -> CourseSource:
    source = CourseSource.get_for_update(db.session, course_id)
    if source is None:
        raise NotFound
    return source


def _again(source: CourseSource, at: datetime) -> None:
    if source.state != SourceState.CHECKING:
        source.commit = ""
    source.due_at = at
