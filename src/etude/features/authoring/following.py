"""A course follows a Git repository: what is new is looked at, its solutions judged, and taken whole or not at all.

Looking is done beside the scheduler's jobs, judging and taking by the worker. What was changed here since it was last
taken is never overwritten unasked: a person chooses.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import current_app

from etude import audit
from etude.audit import AuditTag
from etude.content import ContentError, check_activity, digest, from_document, to_document
from etude.core.errors import Notice, _
from etude.core.git_addresses import GitFault, GitRemote
from etude.core.git_fetch import Fetched, Wanted, fetch_apart
from etude.core.sealing import UnreadableError, unseal
from etude.extensions import db
from etude.features.authoring import importing, packages
from etude.features.authoring.source_lines import find_line
from etude.grading.errors import JobError
from etude.grading.verdict import Status
from etude.models import Assignment, Course, CourseSource, User
from etude.models.activity.operations import add_assignment
from etude.models.activity.publishing import done_result, result_at_once
from etude.models.activity.storing import store_content
from etude.models.course import SourceState
from etude.queue import CHECK_SOURCE, Place, Urgency, enqueue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from etude.config import Config
    from etude.content import ActivityContent
    from etude.content.check import Judge
    from etude.features.authoring.importing import Imported

MOST_FAULTS = 100
THEIRS, OURS = "theirs", "ours"
NO_RIGHT = _("Whoever set this repository may no longer write activities. Save the settings again, as yourself.")
OTHERS = _("An activity of somebody else has the short name “%(slug)s”: give yours another one.")
CHANGED_HERE = _("“%(slug)s” was changed here since it was last taken, or was here before.")
DISAGREES = _("This solution gets %(verdict)s instead of %(expected)s.")
NOT_JUDGED = _("This solution could not be judged because of a fault on our side.")
KEY_LOST = _("The token or key cannot be read any more. Type it again.")


def fetch_next(config: Config, at: datetime) -> bool:
    """Look at the repository that has been due for longest; tell whether there was one."""
    with db.session.begin():
        course_id = CourseSource.claim_due(db.session, at)
    if course_id is None:
        return False
    source = db.session.get_one(CourseSource, course_id)
    known, wanted = source.commit, Wanted(branch=source.branch, folder=source.folder, known=source.commit)
    try:
        remote = _remote_of(config, source)
        db.session.rollback()  # nothing is held open while the network is waited for
        got = fetch_apart(remote, wanted, config.scratch)
    except GitFault as fault:
        _end(course_id, at, SourceState.REFUSED, [_fault("", 0, Notice(fault.sentence, fault.values))])
        return True
    except ContentError as error:
        _end(course_id, at, SourceState.REFUSED, [_of_error(error, {})])
        return True
    if got.commit == known or got.files is None:
        _end(course_id, at)
    else:
        _look_into(course_id, at, got, got.files)
    return True


def purpose(course_id: int) -> str:
    """Return for what the secret of a course's repository is sealed: it opens nothing in another course."""
    return f"course_source:{course_id}"


def _remote_of(config: Config, source: CourseSource) -> GitRemote:
    secrets = _unsealed(source) if source.secret else {}
    return GitRemote(
        url=source.url,
        user=source.user,
        secret=secrets.get("secret", ""),
        ssh_key=secrets.get("ssh_key", ""),
        known_hosts=source.known_hosts,
        authority=config.git_ca,
        private_hosts=frozenset(config.git_private_hosts.lower().replace(",", " ").split()),
    )


def _unsealed(source: CourseSource) -> dict[str, str]:
    for key in (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]):
        with suppress(UnreadableError):
            found: dict[str, str] = json.loads(unseal(key, purpose(source.course_id), source.secret))
            return found
    raise GitFault(KEY_LOST)


def _end(course_id: int, at: datetime, state: SourceState | None = None, faults: Sequence[Any] = ()) -> None:
    """Note what came of a look; without a state what was known stays."""
    with db.session.begin():
        source = CourseSource.get_for_update(db.session, course_id)
        if source is not None:
            source.plan_next(at)
            if state is not None:
                source.state, source.faults = state, list(faults)[:MOST_FAULTS]


def _look_into(course_id: int, at: datetime, got: Fetched, files: Mapping[str, bytes]) -> None:
    """Read what was fetched, and have it judged; or say what is wrong with it, or what was changed here too."""
    contents, faults = _read(files)
    with db.session.begin():
        source = CourseSource.get_for_update(db.session, course_id)
        course = db.session.get(Course, course_id)
        if source is None or course is None or course.is_deleted or course.is_archived:
            return
        source.plan_next(at)
        source.commit, source.subject = got.commit, got.subject
        user = db.session.get(User, source.set_by_id) if source.set_by_id else None
        if user is None or user.is_deleted or not user.is_staff:
            faults = [_fault("", 0, Notice(NO_RIGHT))]
        planned = importing.plan(contents, user=user) if not faults else []
        differing: list[Any] = []
        pending = [
            {"document": to_document(content), "base": intent.digest}
            for content, intent in zip(contents, planned, strict=False)
            if _is_wanted(source, content, intent, (faults, differing))
        ]
        state = SourceState.REFUSED if faults else SourceState.DIFFERS if differing else SourceState.TAKEN
        if state is SourceState.TAKEN and pending:
            state = SourceState.CHECKING
            source.pending = pending
            enqueue(db.session, CHECK_SOURCE, course_id, got.commit, place=Place(urgency=Urgency.CHECK))
        elif state is SourceState.TAKEN:
            source.taken_commit, source.taken_at = got.commit, at
        source.state, source.faults = state, (faults or differing)[:MOST_FAULTS]


def _read(files: Mapping[str, bytes]) -> tuple[list[ActivityContent], list[Any]]:
    try:
        package = packages.read_package(files)
    except ContentError as error:
        return [], [_of_error(error, files)]
    return package.contents, [_of_error(error, files) for error in package.errors]


def _is_wanted(
    source: CourseSource, content: ActivityContent, intent: Imported, told: tuple[list[Any], list[Any]]
) -> bool:
    """Tell whether an activity is to be taken; what keeps it from being taken is put into one of the lists."""
    slug, theirs = content.slug, digest(content)
    faults, differing = told
    if intent.change == importing.REFUSED:
        faults.append(_fault(f"{slug}/activity.toml", 0, Notice(OTHERS, {"slug": slug})))
        return False
    if intent.change == importing.SAME:
        return slug not in source.taken
    if intent.change == importing.NEW or source.taken.get(slug) == intent.digest:
        return True
    chosen, which = source.chosen.get(slug, ("", ""))
    if chosen != theirs:
        differing.append({**_fault(slug, 0, Notice(CHANGED_HERE, {"slug": slug})), "slug": slug, "digest": theirs})
    return bool(chosen == theirs and which == THEIRS)


def _of_error(error: ContentError, files: Mapping[str, bytes]) -> dict[str, Any]:
    line = find_line(files, error.path, error.field, error.values)
    return {**_fault(error.path, line, Notice(error.sentence, dict(error.values))), "field": error.field}


def _fault(path: str, line: int, said: Notice) -> dict[str, Any]:
    return {
        "path": path,
        "line": line,
        "id": said.sentence,
        "values": {key: str(value) for key, value in said.values.items()},
    }


def check_and_take(course_id: int, commit: str, judge: Judge, at: datetime) -> None:
    """Judge the solutions of what waits, and take all of it in one transaction when each gets what it should.

    Nothing is done where something else waits by now. What `judge` raises for a machine that cannot isolate programs
    passes through.
    """
    source = db.session.get(CourseSource, course_id)
    if source is None or source.state != SourceState.CHECKING or source.commit != commit:
        return
    waiting = [(from_document(one["document"]), str(one["base"])) for one in source.pending]
    db.session.rollback()  # nothing is held open while programs run
    results, faults = [], []
    for content, _base in waiting:
        result, wrong = _judged(content, judge, at)
        results.append(result)
        faults += wrong
    with db.session.begin():
        locked = CourseSource.get_for_update(db.session, course_id)
        if locked is None or locked.state != SourceState.CHECKING or locked.commit != commit:
            return
        locked.pending = []
        if faults:
            locked.state, locked.faults = SourceState.REFUSED, faults[:MOST_FAULTS]
        elif not _take(locked, waiting, results, at):
            locked.state, locked.commit, locked.due_at = SourceState.NEW, "", at  # somebody saved meanwhile: look again


def _judged(content: ActivityContent, judge: Judge, at: datetime) -> tuple[dict[str, Any], list[Any]]:
    """Return the check of one activity's solutions, and what is wrong with it."""
    try:
        result = result_at_once(content, at) or done_result(check_activity(content, judge), at)
    except (JobError, ContentError, LookupError, ValueError):
        return {}, [_fault(content.slug, 0, Notice(NOT_JUDGED))]
    faults = []
    for row in result["rows"]:
        values = {"verdict": row["verdict"], "expected": ", ".join(row["expected"])}
        said = Notice(NOT_JUDGED) if row["verdict"] == Status.IE.value else Notice(DISAGREES, values)
        if not row["agrees"]:
            faults.append(_fault(f"{content.slug}/{row['file']}", 0, said))
    return result, faults


def _take(
    source: CourseSource,
    waiting: Sequence[tuple[ActivityContent, str]],
    results: Sequence[dict[str, Any]],
    at: datetime,
) -> bool:
    """Store everything as new versions, in the open transaction; False, and nothing stored, where it was outrun."""
    user = db.session.get(User, source.set_by_id) if source.set_by_id else None
    contents = [content for content, _base in waiting]
    planned = importing.plan(contents, user=user) if user is not None else []
    outrun = [
        intent
        for intent, (_content, base) in zip(planned, waiting, strict=False)
        if intent.digest != base or intent.change == importing.REFUSED
    ]
    if user is None or outrun:
        return False
    placed = {one.activity_id for one in Assignment.get_for_course(db.session, source.course_id)}
    taken = dict(source.taken)
    for content, result in zip(contents, results, strict=True):
        stored = store_content(db.session, content, made_by_id=user.id, at=at)
        if stored.is_changed:
            stored.version.note = f"{source.commit[:10]} {source.subject}"
            stored.version.check_result = result
            details = {"slug": content.slug, "commit": source.commit}
            audit.record(
                db.session, AuditTag.ACTIVITY_IMPORTED, target=stored.activity, actor_id=user.id, details=details
            )
        if content.slug not in taken and stored.activity.id not in placed:
            _place(source.course_id, stored.activity, content, user.id)
        taken[content.slug] = digest(content)
    source.taken, source.state, source.faults = taken, SourceState.TAKEN, []
    source.taken_commit, source.taken_at = source.commit, at
    all_of_it: dict[str, object] = {"url": source.url, "commit": source.commit, "activities": len(contents)}
    course = db.session.get_one(Course, source.course_id)
    audit.record(
        db.session,
        AuditTag.COURSE_SOURCE_TAKEN,
        target=course,
        course_id=course.id,
        actor_id=user.id,
        details=all_of_it,
    )
    return True


def _place(course_id: int, activity: Any, content: ActivityContent, user_id: int) -> None:  # noqa: ANN401
    """Put a new activity at the end of the course, hidden: students see it when the teacher says so."""
    assignment = add_assignment(db.session, course_id, activity, points=content.points)
    assignment.is_visible = False
    audit.record(db.session, AuditTag.ASSIGNMENT_CREATED, target=assignment, course_id=course_id, actor_id=user_id)
