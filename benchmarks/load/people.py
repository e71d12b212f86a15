"""The school, its accounts, courses, sections and enrolments."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from benchmarks.load.size import ADMIN, FIRST_TEACHER, PASSWORD

from etude.models.course import CourseRole
from etude.models.course.course import CLASS_CODE_LENGTH, CLASS_CODE_LETTERS
from etude.models.school import ONLY_ID
from etude.models.user import SchoolRole
from etude.models.user.folding import fold_login, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.load.size import Plan
    from benchmarks.load.writing import Writer

GIVEN = (
    "Aïcha", "Amélie", "Benoît", "Chloé", "Dmitri", "Émile", "Fatou", "Grace", "Hélène", "Inès", "Jérôme", "Kofi",
    "Léa", "Mateo", "Noémie", "Olga", "Pierre", "Quentin", "Rania", "Samuel", "Théo", "Uma", "Véronique", "Wei",
    "Xavier", "Yasmine", "Zoé",
)  # fmt: skip
FAMILY = (
    "Abitbol", "Bélanger", "Côté", "Diallo", "Ébert", "Fournier", "Gagnon", "Haddad", "Ivanova", "Jean", "Kowalski",
    "Lévesque", "MacDonald", "Nguyen", "O’Brien", "Poirier", "Quesnel", "Roy", "Singh", "Tremblay", "Underwood",
    "Villeneuve", "Wagner", "Xu", "Yilmaz", "Zimmermann",
)  # fmt: skip
TERM = timedelta(days=80)
"""How long ago the courses began."""


@dataclass(slots=True)
class Course:
    """A course: its students with their enrolments' sections, and who teaches it."""

    id: int
    teacher_id: int
    students: list[int] = field(default_factory=list)


@cache
def hash_password() -> str:
    """Return the hash of everybody's password in the form the product stores, always the same."""
    salt = "theschoolisbig00"
    key = hashlib.scrypt(PASSWORD.encode(), salt=salt.encode(), n=16384, r=8, p=5, maxmem=132 * 16384 * 8 * 5)
    return f"scrypt:16384:8:5${salt}${key.hex()}"


def add_school(writer: Writer, plan: Plan) -> None:
    """Add what the first start asks."""
    began = plan.at - TERM
    writer.add("school", {"id": ONLY_ID, "name": "Grande École", "locale": "en", "zone": "America/Toronto",
                          "contact": "the principal", "created_at": began, "updated_at": began})  # fmt: skip


def add_people(writer: Writer, plan: Plan) -> None:
    """Add the accounts: the admin, then the teachers, then the students."""
    began = plan.at - TERM
    stamps = {"created_at": began, "updated_at": began}
    roles = [SchoolRole.ADMIN] + [SchoolRole.TEACHER] * plan.size.teachers + [SchoolRole.STUDENT] * plan.size.students
    hashed = hash_password()
    for user_id, role in enumerate(roles, start=ADMIN):
        given, family = plan.chance.choice(GIVEN), plan.chance.choice(FAMILY)
        login = f"{role.value}{user_id}"
        writer.add("user", {
            "id": user_id, "login": login, "login_key": fold_login(login), "given_name": given, "family_name": family,
            "sort_key": sort_key(family, given), "school_role": role, "password_hash": hashed, "claimed_at": began,
            "must_change_password": False, "session_epoch": 0, "totp_last_step": 0, "failed_logins": 0,
            "last_seen_at": plan.at - timedelta(hours=plan.chance.randint(1, 200)), **stamps,
        })  # fmt: skip
    writer.flush()


def add_courses(writer: Writer, plan: Plan) -> list[Course]:
    """Add courses with two sections each, their staff and their students; return them."""
    courses = [
        Course(number, FIRST_TEACHER + number % plan.size.teachers) for number in range(1, plan.size.courses + 1)
    ]
    _choose_students(courses, plan)
    codes = _class_codes(plan)
    began = plan.at - TERM
    for course in courses:
        writer.add("course", {
            "id": course.id, "code": f"ICS{course.id:03}", "title": f"Computer Science {course.id}", "locale": "en",
            "zone": "America/Toronto", "class_code": next(codes), "owner_id": course.teacher_id,
            "description": "What computers do, and how to tell them what to do.", "keeps_console_output": False,
            "created_at": began, "updated_at": began,
        })  # fmt: skip
        writer.add_all("section", ({"id": 2 * course.id - 1 + n, "course_id": course.id, "name": name}
                                   for n, name in enumerate("AB")))  # fmt: skip
    writer.flush()
    writer.add_all("enrolment", _enrolments(courses, plan))
    writer.flush()
    return courses


def _choose_students(courses: list[Course], plan: Plan) -> None:
    size = plan.size
    first_student = FIRST_TEACHER + size.teachers
    others = courses[1:] or courses
    for number in range(size.students):
        chosen = plan.chance.sample(others, min(size.courses_per_student, len(others)))
        if number < size.students * size.big_course_share:
            chosen = [courses[0], *chosen[1:]]
        for course in chosen:
            course.students.append(first_student + number)


def _class_codes(plan: Plan) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        code = "".join(plan.chance.choice(CLASS_CODE_LETTERS) for _ in range(CLASS_CODE_LENGTH))
        if code not in seen:
            seen.add(code)
            yield code


def _enrolments(courses: list[Course], plan: Plan) -> Iterator[dict[str, Any]]:
    began = plan.at - TERM
    enrolment_id = 0
    for course in courses:
        people = [(course.teacher_id, CourseRole.TEACHER, None)]
        people += [(user_id, CourseRole.STUDENT, 2 * course.id - 1 + user_id % 2) for user_id in course.students]
        for user_id, role, section_id in people:
            enrolment_id += 1
            yield {"id": enrolment_id, "course_id": course.id, "user_id": user_id, "section_id": section_id,
                   "role": role, "confirmed_at": began, "created_at": began, "updated_at": began}  # fmt: skip
