"""Demonstrations begin and end, both audited. One public function is one transaction; the holder is asked outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from etude import audit
from etude.audit import AuditTag
from etude.core.errors import Conflict
from etude.core.errors import _ as mark
from etude.extensions import db
from etude.models import Assignment, Console, ConsoleDemo, DraftVersion

if TYPE_CHECKING:
    from datetime import datetime

BUSY = mark("%(name)s shows a program to this course already. One can be shown at a time.")
FASTER = mark("Somebody else has just begun to show a program to this course.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A demonstration that is asked for: of which activity, to which section (None: the whole course), by whom."""

    course_id: int
    assignment_id: int
    section_id: int | None
    by_id: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What has begun. `console_key`: the program that runs already, `former_key`: what was shown before; or empty."""

    demo_id: int
    console_key: str
    former_key: str


def begin_demo(beginning: Beginning, *, at: datetime) -> Begun:
    """Note that somebody shows a console to the class, in the place of what the same person showed before.

    Raises:
        Conflict: somebody else shows one to this course.
    """
    try:
        with db.session.begin():
            former_key = _end_own(beginning, at)
            demo = _add(beginning, at)
            console = Console.get_latest(db.session, beginning.assignment_id, beginning.by_id)
            is_running = console is not None and console.ended_at is None
            if console is not None and is_running:
                console.demo_id = demo.id
            audit.record(
                db.session,
                AuditTag.CONSOLE_DEMO_BEGUN,
                target=db.session.get_one(Assignment, beginning.assignment_id),
                course_id=beginning.course_id,
                details={"section_id": beginning.section_id} if beginning.section_id is not None else None,
            )
            console_key = console.key if console is not None and is_running else ""
            return Begun(demo_id=demo.id, console_key=console_key, former_key=former_key)
    except IntegrityError as error:
        raise Conflict(FASTER) from error


def end_demo(demo_id: int, why: str, *, most_followers: int, at: datetime) -> None:
    """Note that a demonstration is over, once; of one that ended already nothing changes.

    why: ended (by a person), left (the page was), or lost (with the process that held it).
    """
    with db.session.begin():
        demo = db.session.get(ConsoleDemo, demo_id, with_for_update=True)
        if demo is not None:
            _note_end(demo, why, most_followers, at)


def end_by_key(key: str, why: str, *, most_followers: int, at: datetime) -> None:
    """Note that a demonstration is over, by its name where the terminals are held."""
    with db.session.begin():
        demo = ConsoleDemo.get_by_key(db.session, key)
        if demo is not None:
            _note_end(demo, why, most_followers, at)


def end_lost(*, at: datetime) -> None:
    """Note that whatever was shown is gone, with the process that held it."""
    with db.session.begin():
        for demo in ConsoleDemo.get_all_shown(db.session):
            _note_end(demo, "lost", 0, at)


def _end_own(beginning: Beginning, at: datetime) -> str:
    """End what the same person shows to the course; return its key."""
    shown = ConsoleDemo.get_shown(db.session, beginning.course_id)
    if shown is None:
        return ""
    if shown.by_id != beginning.by_id:
        raise Conflict(BUSY, name=shown.name)
    former = db.session.get_one(ConsoleDemo, shown.id)
    _note_end(former, "ended", 0, at)
    return former.key


def _add(beginning: Beginning, at: datetime) -> ConsoleDemo:
    demo = ConsoleDemo(
        course_id=beginning.course_id,
        section_id=beginning.section_id,
        assignment_id=beginning.assignment_id,
        by_id=beginning.by_id,
        key=beginning.key,
        began_at=at,
    )
    run = DraftVersion.get_newest_run(db.session, beginning.assignment_id, beginning.by_id)
    if run is not None:
        demo.show(run.language, run.files)
    db.session.add(demo)
    db.session.flush()
    return demo


def _note_end(demo: ConsoleDemo, why: str, most_followers: int, at: datetime) -> None:
    if not demo.end(why, at, most_followers=most_followers):
        return
    seconds = round((at - demo.began_at).total_seconds())
    audit.record(
        db.session,
        AuditTag.CONSOLE_DEMO_ENDED,
        target=db.session.get_one(Assignment, demo.assignment_id),
        course_id=demo.course_id,
        actor_id=None if why == "ended" else demo.by_id,
        details={"seconds": seconds, "ending": why, "followers": demo.most_followers},
    )
