"""Activities made from the sample course, and their places in the courses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from benchmarks.load.answers import Ways, ways_of
from benchmarks.load.people import TERM

import etude
from etude.content import document_bytes, read_course, to_document
from etude.models import Activity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from benchmarks.load.people import Course
    from benchmarks.load.size import Plan
    from benchmarks.load.writing import Writer

    from etude.content import ActivityContent

SAMPLE = Path(etude.__file__).parent / "sample"
AHEAD = timedelta(days=20)
"""How far ahead the last work is due."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An assignment, and the ways in which its activity is answered."""

    id: int
    course_id: int
    version_id: int
    points: Decimal
    due_at: datetime
    ways: Ways


@cache
def read_samples() -> tuple[ActivityContent, ...]:
    """Return the activities of the sample course, read once."""
    return tuple(read_course(SAMPLE).activities)


def add_activities(writer: Writer, plan: Plan) -> list[tuple[ActivityContent, Ways]]:
    """Add the activities with one version each; an activity and its version have the same number."""
    samples = [(content, ways_of(content, plan.chance)) for content in read_samples()]
    made_at = plan.at - TERM
    latest, made = [], []
    for number in range(1, plan.size.activities + 1):
        sample, ways = samples[(number - 1) % len(samples)]
        title = {language: f"{text} {number}" for language, text in sample.title.items()}
        content = replace(sample, slug=f"{sample.slug}-{number}", title=title)
        document = to_document(content)
        owner_id = 2 + number % plan.size.teachers
        writer.add("activity", {
            "id": number, "slug": content.slug, "kind": content.kind, "title_fr": title["fr"], "title_en": title["en"],
            "languages": " ".join(content.languages), "owner_id": owner_id, "created_at": made_at,
            "updated_at": made_at,
        })  # fmt: skip
        writer.add("activity_version", {
            "id": number, "activity_id": number, "number": 1, "digest": sha256(document_bytes(document)).hexdigest(),
            "points": content.points, "document": document, "made_by_id": owner_id, "made_at": made_at,
            "check_result": {"state": "done", "checked_at": made_at.isoformat(), "rows": _agreements(content)},
        })  # fmt: skip
        latest.append({"activity": number, "version": number})
        made.append((content, ways))
    newest = sa.update(Activity.__table__).where(Activity.__table__.c.id == sa.bindparam("activity"))
    writer.execute(newest.values(latest_version_id=sa.bindparam("version"), updated_at=made_at), latest)
    return made


def _agreements(content: ActivityContent) -> list[dict[str, Any]]:
    solutions = [one for one in content.solutions if one.verdict == "accepted"]
    return [{"file": one.name, "language": one.language, "course_language": one.course_language, "expected": ["AC"],
             "verdict": "AC", "agrees": True} for one in solutions]  # fmt: skip


def add_assignments(
    writer: Writer, plan: Plan, courses: list[Course], activities: list[tuple[ActivityContent, Ways]]
) -> dict[int, list[Placed]]:
    """Place activities in the courses, due from the third week of the term to three weeks from now; by course."""
    placed: dict[int, list[Placed]] = {}
    for one, row in _placed(plan, courses, activities):
        placed.setdefault(one.course_id, []).append(one)
        writer.add("assignment", row)
    writer.flush()
    return placed


def _placed(
    plan: Plan, courses: list[Course], activities: list[tuple[ActivityContent, Ways]]
) -> Iterator[tuple[Placed, dict[str, Any]]]:
    began, count = plan.at - TERM, plan.size.assignments_per_course
    numbers, assignment_id = range(len(activities)), 0
    for course in courses:
        for position, number in enumerate(sorted(plan.chance.sample(numbers, count)), start=1):
            assignment_id += 1
            content, ways = activities[number]
            due_at = began + timedelta(days=14) + (TERM - timedelta(days=14) + AHEAD) * position / count
            row = {
                "id": assignment_id, "course_id": course.id, "activity_id": number + 1, "position": position,
                "points": content.points, "due_at": due_at, "closes_at": None, "attempts": None, "late_percent": 10,
                "late_floor_percent": 50, "is_visible": True, "created_at": began, "updated_at": began,
            }  # fmt: skip
            yield Placed(assignment_id, course.id, number + 1, content.points, due_at, ways), row
