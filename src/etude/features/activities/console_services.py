"""Live consoles: opened, typed into, stopped. One public function is at most one transaction, and none while asking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.consoles import client, wire
from etude.core.errors import TooMany, Unavailable
from etude.extensions import db
from etude.grading.messages import _
from etude.models import Assignment, Console, ConsoleDemo, Course
from etude.models.progress import operations as progress
from etude.models.submission import drafts
from etude.models.submission.draft import RUN

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from etude.grading.job import RunJob
    from etude.models.submission.drafts import DraftText

MAX_OWN = 3
"""Consoles of one person that have not ended; the holder counts them too."""
AWAY = _("Consoles are not available on this machine at the moment.")
FULL = _("All consoles of this machine are in use. Wait a moment, then run again.")
MANY = _("You have %(count)s programs running already. Stop one of them, then run again.")
LOST = _("This console is closed. Run the program again.")
UNREAD = _("The program does not read what is typed: wait, or stop it.")
_SENTENCES = {"full": FULL, "many": MANY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A console that is asked for: where the terminals are held, what is to be run, by whom, in a window of a size."""

    holder: Path
    assignment_id: int
    user_id: int
    is_trial: bool
    text: DraftText
    job: RunJob
    rows: int
    columns: int


def stop_former(holder: Path, assignment_id: int, user_id: int) -> None:
    """Stop what this person's last Run of the assignment left running: a new one takes its place."""
    former = Console.get_latest(db.session, assignment_id, user_id)
    if former is None or former.ended_at is not None:
        return
    key = former.key
    db.session.rollback()
    try:
        client.ask(holder, {"do": "stop", "key": key})
    except (client.Refused, client.HolderAway):
        return  # it is gone already


def open_console(opening: Opening, *, at: datetime) -> int:
    """Note that a program is to be run on a terminal; return the console's id. `start` is what starts it.

    The program is kept in the draft's trail, and running starts the work, as with any Run.

    Raises:
        TooMany: the person has as many consoles as one may have.
    """
    with db.session.begin():
        if Console.count_living(db.session, opening.user_id) > MAX_OWN:
            raise TooMany(MANY, count=MAX_OWN)
        assignment = db.session.get_one(Assignment, opening.assignment_id)
        course = db.session.get_one(Course, assignment.course_id)
        if not opening.is_trial:
            progress.note_started(db.session, assignment, opening.user_id, at)
        console = Console(
            assignment_id=opening.assignment_id,
            user_id=opening.user_id,
            key=secrets.token_urlsafe(24),
            language=opening.text.language,
            opened_at=at,
            is_kept=course.keeps_console_output and not opening.is_trial,
        )
        if opening.is_trial and (demo := ConsoleDemo.get_of_presenter(db.session, assignment.id, opening.user_id)):
            console.demo_id = demo.id
            demo.show(opening.text.language, opening.text.files)
        db.session.add(console)
        drafts.note_use(db.session, opening.assignment_id, opening.user_id, opening.text, reason=RUN, at=at)
        db.session.flush()
        return console.id


def start(opening: Opening, console_id: int) -> None:
    """Have the holder start what was opened; outside of any transaction.

    Raises:
        TooMany: the person has as many consoles as one may have.
        Unavailable: there is no holder on this machine, or it holds as many as it can.
    """
    console = db.session.get_one(Console, console_id)
    key, is_kept = console.key, console.is_kept
    demo = db.session.get(ConsoleDemo, console.demo_id) if console.demo_id is not None else None
    stage = demo.key if demo is not None else ""
    db.session.rollback()
    asked = {
        "do": "open",
        "key": key,
        "owner": opening.user_id,
        "job": wire.job_document(opening.job),
        "rows": opening.rows,
        "columns": opening.columns,
        "is_kept": is_kept,
        "stage": stage,
    }
    try:
        client.ask(opening.holder, asked)
    except client.HolderAway as error:
        raise Unavailable(AWAY) from error
    except client.Refused as error:
        refusal = TooMany if error.code == "many" else Unavailable
        raise refusal(_SENTENCES.get(error.code, FULL), count=MAX_OWN) from error


def take_back(console_id: int) -> None:
    """Forget a console that the holder refused: it never was."""
    with db.session.begin():
        db.session.delete(db.session.get_one(Console, console_id))
