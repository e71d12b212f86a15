"""The content of the school in a Git repository (`data/history.git`): activities, courses, assignments, settings.

Each version of an activity is one commit by who made it. What is written is what may be read by whoever reads the
repository: no student, no secret, no class code. It can be made again from the database at any time.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from etude.content import ContentError, from_document
from etude.content.writer import activity_tree
from etude.core import logging
from etude.features.backups import repository
from etude.features.backups.repository import Author
from etude.models import Activity, ActivityVersion, Assignment, Course, School, User

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from etude.features.backups.archive import Manifest
    from etude.features.backups.repository import Changes, Repository

_log = logging.get(__name__)
FOLDER = "history.git"
STATE = "versions.json"
VERSIONS_AT_ONCE, COURSES_AT_ONCE = 50, 100
SCHOOL_FIELDS = ("name", "locale", "zone", "contact", "address")
COURSE_FIELDS = ("code", "title", "description", "locale", "zone", "archived_at")
ASSIGNMENT_FIELDS = (
    "position", "points", "opens_at", "due_at", "closes_at", "attempts", "late_percent", "late_floor_percent",
    "is_visible",
)  # fmt: skip
"""What the text export holds of each: named one by one, so that nothing private comes in by being added to a table."""


def record_content(data: Path, engine: Engine, at: datetime) -> str:
    """Commit what has changed since the last time, and return the commit that holds the school as it is now.

    The caller sees to it that no other process writes to the repository. The database is only read, in short sessions.
    """
    with repository.opened(data / FOLDER) as git:
        state = _read_state(git)
        goes_on = True
        while goes_on:
            with Session(engine) as session:
                goes_on = _record_versions(git, session, state)
        with Session(engine) as session:
            _record_living(git, session, state, at)
            return _record_school(git, session, at)


def record_manifest(data: Path, name: str, manifest: Manifest, at: datetime) -> str:
    """Commit the manifest of a backup that was proved; return the commit."""
    with repository.opened(data / FOLDER) as git:
        return git.commit({f"backups/{name}.json": _text(asdict(manifest))}, f"Backup {name}", at=at)


def _read_state(git: Repository) -> dict[str, Any]:
    """Return which version of each activity is in the repository, by slug; it is a file of the commits themselves."""
    found = git.read(STATE)
    state: dict[str, Any] = json.loads(found) if found else {"last": 0, "activities": {}}
    return state


def _record_versions(git: Repository, session: Session, state: dict[str, Any]) -> bool:
    """Commit some versions that are not there yet, each by its author; tell whether there were any."""
    versions = ActivityVersion.get_after(session, state["last"], limit=VERSIONS_AT_ONCE)
    slugs = Activity.get_slugs(session, {one.activity_id for one in versions})
    names = User.get_names(session, {one.made_by_id for one in versions if one.made_by_id})
    for version in versions:
        state["last"] = version.id
        if (slug := slugs.get(version.activity_id)) is None:
            continue  # it is in the bin
        author = None
        if version.made_by_id in names:
            author = Author(name=names[version.made_by_id], key=f"user-{version.made_by_id}")
        _commit_version(git, slug, version, (state, author))
    return bool(versions)


def _commit_version(
    git: Repository, slug: str, version: ActivityVersion, by: tuple[dict[str, Any], Author | None]
) -> None:
    state, author = by
    try:
        files = activity_tree(from_document(version.document))
    except (ContentError, KeyError, TypeError, ValueError) as fault:  # one that cannot be read does not stop the others
        _log.warning("version_not_in_history", slug=slug, version=version.number, reason=str(fault))
        return
    state["activities"][slug] = version.id
    changes: Changes = {f"activities/{slug}": files, STATE: _text(state)}
    said = f"\n\n{version.note}" if version.note else ""
    git.commit(changes, f"{slug}: version {version.number}{said}", at=version.made_at, author=author)


def _record_living(git: Repository, session: Session, state: dict[str, Any], at: datetime) -> None:
    """Commit what happened without a new version: an older one became the newest, an activity has gone or come back."""
    living = Activity.get_latest_versions(session)
    for slug, version_id in living.items():
        version = session.get(ActivityVersion, version_id) if state["activities"].get(slug) != version_id else None
        if version is not None:
            _commit_version(git, slug, version, (state, None))
            session.expunge(version)
    if gone := sorted(set(state["activities"]) - set(living)):
        state["activities"] = {slug: one for slug, one in state["activities"].items() if slug in living}
        changes: Changes = {f"activities/{slug}": None for slug in gone}
        git.commit({**changes, STATE: _text(state)}, f"Gone: {', '.join(gone)}", at=at)


def _record_school(git: Repository, session: Session, at: datetime) -> str:
    """Commit courses, assignments and settings as texts; return the newest commit."""
    school, courses = School.get(session), {}
    offset = 0
    while page := Course.get_page(session, offset=offset, limit=COURSES_AT_ONCE):
        for course in page:
            courses[_file_name(course)] = _text(_course_document(course, session))
        offset += len(page)
    settings = _text(_fields(school, SCHOOL_FIELDS) if school else {})
    changes: Changes = {"courses": courses, "school.json": settings}
    return git.commit(changes, "Courses, assignments and settings", at=at)


def _course_document(course: Course, session: Session) -> dict[str, object]:
    assignments = Assignment.get_for_course(session, course.id)
    given = [{"activity": one.activity.slug, **_fields(one, ASSIGNMENT_FIELDS)} for one in assignments]
    return {**_fields(course, COURSE_FIELDS), "assignments": given}


def _file_name(course: Course) -> str:
    """Return a name that says which course it is; its code may hold any sign, so only plain ones are taken over."""
    return f"{re.sub('[^A-Za-z0-9]+', '-', course.code).strip('-')}-{course.id}.json"


def _fields(row: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _text(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode() + b"\n"
