"""Who may do what: permissions, the roles that hold them, and the guard that every route carries.

The guard fetches the thing that the URL names *and* checks the right on it, so a route cannot have the one without
the other. A thing of a course one is not in is not found (404); a thing that one may not change is refused (403).
The order of all checks is in docs/explanation/security-layers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import g, request
from flask_login import current_user

from etude.core import logging
from etude.core.errors import NotAllowed, NotFound, NotSignedIn
from etude.extensions import db
from etude.models import (
    Activity,
    Assignment,
    Console,
    ConsoleDemo,
    Course,
    Enrolment,
    Override,
    Review,
    Run,
    Section,
    Submission,
)
from etude.models.course import CourseRole
from etude.models.user import SchoolRole

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class Permission(StrEnum):
    """Every right, as `scope:resource:action`, in alphabetical order; docs/reference/permissions.md explains each."""

    ACCOUNT_MANAGE = "school:account:manage"
    ACCOUNT_SELF = "account:self:use"
    ACTIVITY_VIEW = "content:activity:view"
    ACTIVITY_WRITE = "content:activity:write"
    ASSIGNMENT_MANAGE = "course:assignment:manage"
    AUDIT_VIEW = "school:audit:view"
    BACKUP_MANAGE = "school:backup:manage"
    CONSOLE_SHOW = "course:console:show"
    CONSOLE_WATCH = "course:console:watch"
    COURSE_CREATE = "school:course:create"
    COURSE_MANAGE = "course:course:manage"
    COURSE_VIEW = "course:course:view"
    DRAFT_VIEW_OTHERS = "course:draft:view"
    ENROLMENT_MANAGE = "course:enrolment:manage"
    PROGRESS_VIEW = "course:progress:view"
    REVIEW_WRITE = "course:review:write"
    SCHOOL_MANAGE = "school:settings:manage"
    SUBMISSION_CREATE = "course:submission:create"
    SUBMISSION_REJUDGE = "course:submission:rejudge"
    SUBMISSION_VIEW_OTHERS = "course:submission:view"


P = Permission
_EVERYBODY = frozenset({P.ACCOUNT_SELF})
_SCHOOL_TEACHER = _EVERYBODY | {P.ACTIVITY_VIEW, P.ACTIVITY_WRITE, P.COURSE_CREATE}

SCHOOL_RIGHTS: dict[SchoolRole, frozenset[Permission]] = {
    SchoolRole.STUDENT: _EVERYBODY,
    SchoolRole.TEACHER: _SCHOOL_TEACHER,
    SchoolRole.ADMIN: frozenset(Permission),
}
"""What each account may do wherever no course is concerned."""

_STUDENT = frozenset({P.COURSE_VIEW, P.SUBMISSION_CREATE})
_OBSERVER = frozenset({P.COURSE_VIEW, P.PROGRESS_VIEW})
_ASSISTANT = _OBSERVER | {
    P.CONSOLE_SHOW,
    P.CONSOLE_WATCH,
    P.DRAFT_VIEW_OTHERS,
    P.REVIEW_WRITE,
    P.SUBMISSION_CREATE,
    P.SUBMISSION_VIEW_OTHERS,
}
_TEACHER = _ASSISTANT | {
    P.ASSIGNMENT_MANAGE,
    P.COURSE_MANAGE,
    P.ENROLMENT_MANAGE,
    P.SUBMISSION_REJUDGE,
}

COURSE_RIGHTS: dict[CourseRole, frozenset[Permission]] = {
    CourseRole.STUDENT: _STUDENT,
    CourseRole.OBSERVER: _OBSERVER,
    CourseRole.ASSISTANT: _ASSISTANT,
    CourseRole.TEACHER: _TEACHER,
}
"""What each role may do in its course."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The course that a request is about, and what the person is in it.

    `enrolment` is None for an admin who is not enrolled: the admin may do all a teacher may.
    """

    course: Course
    enrolment: Enrolment | None
    rights: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Tell whether the person may do this here."""
        return permission in self.rights

    @property
    def is_staff(self) -> bool:
        """Tell whether the person is here as teacher, assistant, observer or admin."""
        return self.enrolment is None or self.enrolment.is_staff

    @property
    def section_id(self) -> int | None:
        """The one section an assistant or observer is bound to; None is the whole course."""
        if self.enrolment is None or self.enrolment.role in (CourseRole.TEACHER, CourseRole.STUDENT):
            return None
        return self.enrolment.section_id


def _course_of_submission(session: Session, submission_id: int) -> int | None:
    submission = Submission.get_with_context(session, submission_id)
    return submission.assignment.course_id if submission else None


def _course_of_assignment(session: Session, assignment_id: int) -> int | None:
    assignment = session.get(Assignment, assignment_id)
    return None if assignment is None or assignment.is_deleted else assignment.course_id


def _course_of_row(model: type[Any]) -> Callable[[Session, int], int | None]:
    def find(session: Session, row_id: int) -> int | None:
        row = session.get(model, row_id)
        return None if row is None else row.course_id

    return find


def _course_of_assigned_row(model: type[Any]) -> Callable[[Session, int], int | None]:
    def find(session: Session, row_id: int) -> int | None:
        row = session.get(model, row_id)
        return _course_of_assignment(session, row.assignment_id) if row is not None else None

    return find


def _course_of_review(session: Session, review_id: int) -> int | None:
    review = session.get(Review, review_id)
    return _course_of_submission(session, review.submission_id) if review is not None else None


COURSE_OF: dict[str, Callable[[Session, int], int | None]] = {
    "course_id": lambda _session, course_id: course_id,
    "assignment_id": _course_of_assignment,
    "submission_id": _course_of_submission,
    "enrolment_id": _course_of_row(Enrolment),
    "section_id": _course_of_row(Section),
    "override_id": _course_of_assigned_row(Override),
    "run_id": _course_of_assigned_row(Run),
    "console_id": _course_of_assigned_row(Console),
    "demo_id": _course_of_row(ConsoleDemo),
    "review_id": _course_of_review,
}
"""How the course's id is found from the name of a URL's argument; the first that the URL has decides."""


def find_scope(course_id: int | None) -> Scope:
    """Return what the signed-in person may do in a course: one query.

    Raises:
        NotFound: there is no such course, it is deleted, or the person has no place in it.
    """
    found = None if course_id is None else Course.get_with_enrolment(db.session, course_id, current_user.id)
    if found is None:
        raise NotFound
    course, enrolment = found
    if current_user.is_admin:
        return Scope(course, None, frozenset(Permission))
    if enrolment is None:
        raise NotFound
    return Scope(course, enrolment, COURSE_RIGHTS[enrolment.role] | SCHOOL_RIGHTS[current_user.school_role])


def scope() -> Scope:
    """Return the course scope of this request; only for routes whose URL names a thing of a course."""
    found: Scope = g.scope
    return found


def can(permission: Permission) -> bool:
    """Tell whether the signed-in person may do this, in the course of the request or in the school; for templates."""
    if not current_user.is_authenticated:
        return False
    if (found := getattr(g, "scope", None)) is not None:
        return bool(found.may(permission))
    return permission in SCHOOL_RIGHTS[current_user.school_role]


def requires(permission: Permission) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Guard a route: signed in, the thing in the URL found, the permission held on it.

    Raises (when the route is asked for):
        NotSignedIn: nobody is signed in.
        NotFound: the URL's thing does not exist for this person.
        NotAllowed: it does, and the person may not do this.
    """

    def guard(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            if not current_user.is_authenticated:
                raise NotSignedIn
            _check(permission, request.view_args or {})
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def _check(permission: Permission, view_args: dict[str, Any]) -> None:
    for name, find in COURSE_OF.items():
        if name in view_args:
            g.scope = find_scope(find(db.session, view_args[name]))
            logging.bind(**{name: view_args[name] for name in ("submission_id",) if name in view_args})
            logging.bind(course_id=g.scope.course.id)
            if not g.scope.may(permission):
                raise NotAllowed
            return
    if "activity_id" in view_args:
        activity = db.session.get(Activity, view_args["activity_id"])
        if activity is None or (activity.is_deleted and not current_user.is_staff):
            raise NotFound
    if permission not in SCHOOL_RIGHTS[current_user.school_role]:
        # A stranger is not told that the page of a thing exists.
        raise NotFound if view_args else NotAllowed


def public(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """Mark a route as open to everybody, signed in or not; a house test finds the routes with neither mark."""
    view.is_public = True  # type: ignore[attr-defined]
    return view
