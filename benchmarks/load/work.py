"""What the students did: drafts, answers, verdicts, reviews, and their progress, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from benchmarks.load.people import TERM

from etude.grading.verdict import Status
from etude.models.activity.rules import Rules, scaled
from etude.models.progress.operations import FREE_STATUSES
from etude.models.progress.progress import ProgressState
from etude.models.submission import SubmissionState
from etude.models.submission.draft import SUBMIT, TYPING

if TYPE_CHECKING:
    from datetime import datetime

    from benchmarks.load.answers import Way
    from benchmarks.load.contents import Placed
    from benchmarks.load.log import Log
    from benchmarks.load.people import Course
    from benchmarks.load.size import Plan
    from benchmarks.load.writing import Writer

MOST_ATTEMPTS = 6
RIGHT_AT_ONCE = 0.55
REVIEWED, DRAFTED = 0.7, 0.85
"""Of the hand-ins: those whose review is released; up to here, those whose review is written only."""


@dataclass(slots=True)
class Begun:
    """How far one student is with one assignment: what `progress.recompute` would find in the answers."""

    course_id: int
    started_at: datetime
    draft_id: int | None = None
    trail: int = 0
    attempts: int = 0
    used: int = 0
    last_at: datetime | None = None
    best: tuple[Decimal, int, int] | None = None
    completed_at: datetime | None = None
    awaits_review: bool = False
    reviewed: Decimal | None = field(default=None)


class Work:
    """Writes what was done, one attempt after the other."""

    def __init__(self, writer: Writer, plan: Plan, log: Log, courses: list[Course]) -> None:
        self._writer, self._plan, self._log = writer, plan, log
        self._teachers = {course.id: course.teacher_id for course in courses}
        self._begun: dict[tuple[int, int], Begun] = {}
        self._drafts: dict[int, dict[str, Any]] = {}
        self._ids = dict.fromkeys(("submission", "draft", "review"), 0)

    def add_all(self, courses: list[Course], placed: dict[int, list[Placed]]) -> None:
        """Add as many answers as the school is to have, then the drafts and the progress that follow from them."""
        for at, user_id, assignment in sorted(self._attempts(courses, placed), key=lambda one: one[:2]):
            self._attempt(at, user_id, assignment)
        self._writer.flush()
        self._writer.add_all("progress", (self._progress(place, begun) for place, begun in self._begun.items()))
        self._writer.flush()

    def _attempts(self, courses: list[Course], placed: dict[int, list[Placed]]) -> list[tuple[datetime, int, Placed]]:
        """Draw who hands in what and when: between the beginning of the term and now, mostly before it is due."""
        chance, wanted, began = self._plan.chance, self._plan.size.submissions, self._plan.at - TERM
        pairs = [(user_id, one) for course in courses for user_id in course.students for one in placed[course.id]]
        chance.shuffle(pairs)
        found: list[tuple[datetime, int, Placed]] = []
        for user_id, one in pairs:
            latest = min(one.due_at + timedelta(days=2), self._plan.at)
            at = latest - min(timedelta(days=chance.expovariate(1 / 4)), latest - began)
            for _ in range(_draw_attempts(chance.random(), one.ways.kind)):
                if at >= self._plan.at:
                    break
                found.append((at, user_id, one))
                at += timedelta(seconds=chance.randint(40, 1500))
            if len(found) >= wanted:
                return found[:wanted]
        raise ValueError(f"{len(pairs)} students’ assignments give {len(found)} answers, {wanted} are wanted")

    def _attempt(self, at: datetime, user_id: int, one: Placed) -> None:
        place = (one.id, user_id)
        begun = self._begun.get(place)
        if begun is None:
            begun = self._begun[place] = Begun(one.course_id, at - timedelta(minutes=12))
        begun.attempts += 1
        begun.last_at = at
        chances = RIGHT_AT_ONCE + 0.1 * begun.attempts
        way = self._plan.chance.choice(one.ways.right if self._plan.chance.random() < chances else one.ways.wrong)
        submission_id = self._submit(at, user_id, one, begun, way)
        if one.ways.kind == "code":
            self._draft(at, place, begun, way)
        self._log.hand_in(at, user_id, one.course_id, submission_id, begun.attempts)

    def _submit(self, at: datetime, user_id: int, one: Placed, begun: Begun, way: Way) -> int:
        self._ids["submission"] = submission_id = self._ids["submission"] + 1
        rules = Rules(due_at=one.due_at, late_percent=10, late_floor_percent=50)
        late_days = rules.late_days_at(at, "America/Toronto")
        row = {
            "id": submission_id, "assignment_id": one.id, "user_id": user_id, "activity_version_id": one.version_id,
            "attempt": begun.attempts, "once": f"{submission_id:032x}", "kind": one.ways.kind, "language": way.language,
            "is_trial": False, "counts": True, "answer": way.answer, "state": one.ways.state, "submitted_at": at,
            "queued_at": at if one.ways.kind == "code" else None, "judged_at": None, "late_days": late_days,
            "token": "", "deliveries": 1, "status": way.status, "raw_score": None, "score": None,
            "max_score": one.points, "verdict": way.verdict, "revision": 3,
        }  # fmt: skip
        if one.ways.kind == "upload":
            self._hand_in(row, one, begun, rules)
        else:
            self._judge(row, one, begun, way, rules)
        return submission_id

    def _judge(self, row: dict[str, Any], one: Placed, begun: Begun, way: Way, rules: Rules) -> None:
        most = sum((Decimal(group["max_score"]) for group in way.verdict.get("groups", ())), Decimal(0)) or one.points
        raw = scaled(way.score, most, one.points)
        row["judged_at"] = row["submitted_at"] + timedelta(seconds=1)
        row["raw_score"], row["score"] = raw, rules.penalised(raw, row["late_days"])
        row["verdict"] = {**way.verdict, "automatic": {"points": str(raw), "max_points": str(one.points)}}
        self._writer.add("submission", row)
        self._writer.add_all("test_outcome", ({"submission_id": row["id"], **outcome} for outcome in way.outcomes))
        if way.status not in FREE_STATUSES:
            begun.used += 1
            _improve(begun, row)
        if way.status == Status.AC.value and begun.completed_at is None:
            begun.completed_at = row["submitted_at"]

    def _hand_in(self, row: dict[str, Any], one: Placed, begun: Begun, rules: Rules) -> None:
        """Add files that wait for a teacher, or that one has looked at."""
        chance, at, teacher_id = self._plan.chance, row["submitted_at"], self._teachers[one.course_id]
        begun.used += 1
        drawn = chance.random()
        reviewed_at = at + timedelta(days=chance.randint(1, 5))
        is_reviewed = drawn < REVIEWED and reviewed_at < self._plan.at
        points = (one.points * chance.randint(4, 10) / 10).quantize(Decimal("0.01"))
        if is_reviewed:
            row["state"], row["judged_at"] = SubmissionState.REVIEWED, reviewed_at
            row["raw_score"], row["score"] = points, rules.penalised(points, row["late_days"])
            begun.completed_at = min(begun.completed_at or reviewed_at, reviewed_at)
            _improve(begun, row)
        else:
            begun.awaits_review = True
        self._writer.add("submission", row)
        self._writer.add("submission_file", {
            "submission_id": row["id"], "stored_file_id": chance.randint(1, self._plan.size.files), "position": 0,
            "name": f"my work {row['attempt']}.png", "content_type": "image/png",
        })  # fmt: skip
        if drawn < DRAFTED:
            self._ids["review"] += 1
            self._writer.add("review", {
                "id": self._ids["review"], "submission_id": row["id"], "reviewer_id": teacher_id, "points": points,
                "comment": "Well drawn. The **arrows** need words: yes, no.", "version": 1,
                "released_at": reviewed_at if is_reviewed else None, "created_at": at, "updated_at": at,
            })  # fmt: skip

    def _draft(self, at: datetime, place: tuple[int, int], begun: Begun, way: Way) -> None:
        """Keep what was typed before the answer, and the answer itself, in the trail."""
        files = way.answer["files"]
        if begun.draft_id is None:
            self._ids["draft"] += 1
            begun.draft_id = self._ids["draft"]
            self._writer.add("draft", {
                "id": begun.draft_id, "assignment_id": place[0], "user_id": place[1], "version": 1,
                "language": "python", "files": files, "saved_at": at,
            })  # fmt: skip
        for reason, before in ((TYPING, timedelta(seconds=25)), (SUBMIT, timedelta(0))):
            begun.trail += 1
            self._writer.add("draft_version", {
                "draft_id": begun.draft_id, "version": begun.trail, "reason": reason, "language": "python",
                "files": files, "begun_at": at - before - timedelta(seconds=10), "saved_at": at - before,
            })  # fmt: skip

    @staticmethod
    def _progress(place: tuple[int, int], begun: Begun) -> dict[str, Any]:
        state = ProgressState.COMPLETED if begun.completed_at else ProgressState.STARTED
        if begun.awaits_review and begun.completed_at is None:
            state = ProgressState.TO_REVIEW
        return {
            "assignment_id": place[0], "user_id": place[1], "course_id": begun.course_id, "state": state,
            "best_score": begun.best[0] if begun.best else None,
            "best_submission_id": begun.best[2] if begun.best else None, "attempts_used": begun.used,
            "submission_count": begun.attempts, "hints_opened": 0, "started_at": begun.started_at,
            "last_submitted_at": begun.last_at, "completed_at": begun.completed_at, "completed_by_id": None,
            "is_marked_by_hand": False, "has_fault": False,
        }  # fmt: skip


def _improve(begun: Begun, row: dict[str, Any]) -> None:
    """Note an answer if it is the best so far; of two equal ones, the earlier."""
    here = (row["score"], -row["attempt"], row["id"])
    begun.best = here if begun.best is None else max(begun.best, here)


def _draw_attempts(drawn: float, kind: str) -> int:
    """Return how often somebody hands in; three in ten have not begun. Only programs are tried again and again."""
    if drawn < 0.3:
        return 0
    if kind != "code":
        return 1 + (drawn > 0.9)
    return 1 + min(MOST_ATTEMPTS - 1, int(-2.2 * _log1p(drawn)))


def _log1p(drawn: float) -> float:
    from math import log  # noqa: PLC0415

    return log(1 - (drawn - 0.3) / 0.7 * 0.99)
