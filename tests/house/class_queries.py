"""Finds every query of the models and calls it with plausible arguments, chosen by the parameters' names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import etude.models
from etude.models import Base, Submission
from etude.models.audit_entry.reading import Wanted
from etude.models.submission.review_queue import Waiting
from etude.models.user import LinkPurpose, SchoolRole
from tests.filling import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.core.db import UnitOfWorkSession

QUERY_NAME = re.compile(r"(get|has|count|find|is)(_|$)")
TOP = "etude.models"


@dataclass(frozen=True)
class Query:
    """One query, and one way of calling it."""

    name: str
    call: Callable[..., Any]
    arguments: dict[str, Any] = field(default_factory=dict)

    def run(self, session: UnitOfWorkSession) -> None:
        """Ask it, and read the whole answer."""
        arguments = {name: value(session) if callable(value) else value for name, value in self.arguments.items()}
        answer = self.call(session=session, **arguments)
        if inspect.isgenerator(answer):
            list(answer)


def _after(session: UnitOfWorkSession) -> Submission:
    submission = session.get(Submission, 7)
    assert submission is not None
    return submission


VALUES: dict[str, Any] = {
    "activity_id": 5,
    "activity_ids": [5, 6, 7],
    "actor_id": 12,
    "after": _after,
    "after_id": 1800,
    "assignment": SimpleNamespace(
        id=9,
        course_id=3,
        opens_at=None,
        due_at=None,
        closes_at=None,
        attempts=None,
        late_percent=0,
        late_floor_percent=0,
    ),
    "assignment_id": 9,
    "assignment_ids": [9, 10, 11],
    "at": NEWEST,
    "before": NEWEST - timedelta(days=300),
    "before_id": 1500,
    "class_code": "ABCDEF",
    "code": "ICS3U",
    "console_id": 17,
    "course_id": 3,
    "course_ids": [3, 4, 5],
    "deleted": True,
    "digest": "digest-7",
    "demo_id": 5,
    "draft_id": 8,
    "enrolment_id": 30,
    "enrolment_ids": [30, 31],
    "file_id": 77,
    "picture_id": 77,
    "position": 1,
    "hint_id": 17,
    "import_id": 14,
    "key": "key-17",
    "language": "python",
    "last_id": 1900,
    "limit": 50,
    "locale": "fr",
    "login": "somebody@school.example",
    "most": 100,
    "name": "name-11",
    "number": 3,
    "offset": 0,
    "once": "once-5",
    "override_id": 4,
    "owner_id": 12,
    "purpose": LinkPurpose.INVITATION,
    "rejudgement_id": 8,
    "role": SchoolRole.TEACHER,
    "run_id": 17,
    "secret": "secret",
    "section_id": 6,
    "seen_since": NEWEST - timedelta(hours=1),
    "sha256": "sha256-4",
    "since": NEWEST - timedelta(minutes=1),
    "slug": "slug-4",
    "slugs": ["slug-4", "slug-5"],
    "sort_keys": ["sort_key-1", "sort_key-2"],
    "stem": "login",
    "stems": ["login", "other"],
    "students_only": True,
    "submission_id": 21,
    "submission_ids": [21, 22, 23],
    "submitted_at": NEWEST - timedelta(days=340),
    "tag": "tag-5",
    "token": "token",
    "topic": "topic-9",
    "user_id": 44,
    "user_ids": [44, 45, 46],
    "version": 3,
    "version_id": 19,
    "visible_only": True,
    "waiting": Waiting(course_id=3),
    "wanted": Wanted(),
}
"""A plausible value for each parameter of a query, by its name; a function is asked for it with the session."""

MORE: dict[str, list[dict[str, Any]]] = {
    "audit_entry.reading.get_page": [
        {"wanted": Wanted(tag="tag-5")},
        {"wanted": Wanted(person_id=12)},
        {"wanted": Wanted(course_id=3)},
        {"wanted": Wanted(before_id=900)},
        {"wanted": Wanted(target_type="target_type-5", target_id=5)},
        {"wanted": Wanted(since=NEWEST - timedelta(days=30), until=NEWEST - timedelta(days=20))},
    ],
    "submission.review_queue.get_page": [
        {"waiting": Waiting(course_id=3, section_id=6)},
        {"waiting": Waiting(course_id=3, assignment_id=9)},
    ],
}
"""Further ways of calling a query that its parameters do not tell of."""


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every query: class methods of tables, and functions of the models that take a session."""
    for mapper in Base.registry.mappers:
        if mapper.class_.__module__.startswith(TOP):
            for name, method in inspect.getmembers(mapper.class_, inspect.ismethod):
                if QUERY_NAME.match(name):
                    yield f"{mapper.class_.__name__}.{name}", method
    for found in pkgutil.walk_packages(etude.models.__path__, TOP + "."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_ours = function.__module__ == found.name and "session" in inspect.signature(function).parameters
            if is_ours and QUERY_NAME.match(name):
                yield f"{found.name.removeprefix(TOP + '.')}.{name}", function


def queries() -> list[Query]:
    """Return every query with each of its ways of being called: the least, everything, and None where None is meant."""
    found = [Query(name, call, arguments) for name, call in functions() for arguments in _ways(name, call)]
    return sorted(found, key=lambda query: query.name)


def _ways(name: str, call: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    parameters = [p for p in inspect.signature(call).parameters.values() if p.name != "session"]
    required = [p for p in parameters if p.default is p.empty]
    least = {p.name: VALUES.get(p.name, MISSING) for p in required}
    yield least
    if len(parameters) > len(required):
        yield {p.name: VALUES.get(p.name, MISSING) for p in parameters}
    for parameter in required:
        if "None" in str(parameter.annotation):
            yield {**least, parameter.name: None}
    for arguments in MORE.get(name, []):
        yield {**least, **arguments}


MISSING = "no value: add the parameter to VALUES in tests/house/class_queries.py"
