"""How big a school is: everything else follows from it and from the seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

PASSWORD = "a student's long sentence"
"""Everybody's, so that a benchmark may sign in as anybody; it is hashed once."""
ADMIN, FIRST_TEACHER = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of each; the rest is made in realistic shares.

    `big_course_share`: the part of the students that is in the first course as well, one that everybody takes.
    """

    students: int
    teachers: int
    courses: int
    activities: int
    assignments_per_course: int
    courses_per_student: int
    submissions: int
    files: int
    big_course_share: float = 1 / 3


BIG = Size(
    students=3000,
    teachers=120,
    courses=150,
    activities=300,
    assignments_per_course=20,
    courses_per_student=6,
    submissions=400_000,
    files=2000,
)
SMALL = Size(
    students=30,
    teachers=2,
    courses=2,
    activities=20,
    assignments_per_course=20,
    courses_per_student=1,
    submissions=600,
    files=20,
    big_course_share=1.0,
)
"""A small school: one teacher's two classes in their first weeks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The size, what is drawn with, and the moment at which the school is looked at (in UTC)."""

    size: Size
    chance: random.Random
    at: datetime


def plan(size: Size, seed: int, at: datetime) -> Plan:
    """Return the plan of a school: the same for the same size, seed and moment."""
    return Plan(size, random.Random(seed), at)
