"""Whether students may see an activity: its solutions must get the verdicts that they should.

A version's `check_result` is plain JSON: `state` ("waiting", "done" or "failed"), `asked_at` or `checked_at` (ISO
times), `rows` (one per solution: file, language, course_language, expected, verdict, agrees) and, when it failed,
`reason` (an English key of the catalogue).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn

from etude.content import check_activity
from etude.grading.verdict import Status
from etude.queue import CHECK_ACTIVITY, Place, Urgency, enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from etude.content import ActivityContent, Agreement
    from etude.models.activity.version import ActivityVersion


WAITING = "waiting"
"""The state of a check that was asked for and has no result."""


class Publishing(StrEnum):
    """What the check of the solutions means for students' seeing an activity."""

    READY = "ready"
    """Every solution gets the verdict that it should."""
    UNCHECKED = "unchecked"
    """Nobody has judged the solutions yet, or it could not be done: a warning."""
    NO_SOLUTIONS = "no_solutions"
    """There is nothing to judge, so nobody knows whether the tests are right: a warning."""
    DISAGREES = "disagrees"
    """Tests and solutions contradict each other: not to be shown to students."""


def may_publish(version: ActivityVersion | None) -> Publishing:
    """Return whether an activity's version may be shown to students; only `DISAGREES` forbids it.

    A solution that could not be judged through a fault of ours, such as a missing compiler, forbids nothing.
    """
    result = version.check_result if version is not None else None
    if result is None or result["state"] != "done":
        return Publishing.UNCHECKED
    rows = result["rows"]
    if not rows:
        return Publishing.NO_SOLUTIONS
    judged = [row for row in rows if row["verdict"] != Status.IE.value]
    if not all(row["agrees"] for row in judged):
        return Publishing.DISAGREES
    return Publishing.READY if len(judged) == len(rows) else Publishing.UNCHECKED


def done_result(agreements: Iterable[Agreement], at: datetime) -> dict[str, Any]:
    """Return the `check_result` of solutions that were judged."""
    return {"state": "done", "checked_at": at.isoformat(), "rows": [_row(agreement) for agreement in agreements]}


def ask_for_check(session: Session, version: ActivityVersion, at: datetime) -> None:
    """Send the solutions of a version to the worker, in the open transaction."""
    version.check_result = {"state": WAITING, "asked_at": at.isoformat()}
    enqueue(session, CHECK_ACTIVITY, version.id, place=Place(urgency=Urgency.CHECK))


def result_at_once(content: ActivityContent, at: datetime) -> dict[str, Any] | None:
    """Return the `check_result` of what needs no jail: quizzes, hand-ins, and what carries no solution; else None."""
    if content.kind == "code" and content.solutions:
        return None
    return done_result(check_activity(content, _refuse_to_judge), at)


def _row(agreement: Agreement) -> Mapping[str, object]:
    return {
        "file": agreement.file,
        "language": agreement.language,
        "course_language": agreement.course_language,
        "expected": list(agreement.expected),
        "verdict": agreement.verdict,
        "agrees": agreement.agrees,
        "missed": [
            {"place": one.path, "sentence": one.sentence, "values": dict(one.values)} for one in agreement.missed
        ],
    }


def _refuse_to_judge(_job: object) -> NoReturn:
    raise AssertionError("a program is judged by the worker only")
