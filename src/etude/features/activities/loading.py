"""What a request about an assignment is about: the work, the person in front of it, the rules that hold for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound, Refused
from etude.extensions import db
from etude.features.activities import conditions
from etude.grading.messages import _
from etude.kinds import kinds
from etude.models import Assignment, Enrolment, Override, Progress, Submission
from etude.models.activity.rules import Window, effective
from etude.permissions import Permission, scope
from etude.web.contents import content_of

if TYPE_CHECKING:
    from datetime import datetime

    from etude.content import ActivityContent
    from etude.features.activities.conditions import Standing
    from etude.kinds import Kind
    from etude.models import Course
    from etude.models.activity.rules import Rules
    from etude.permissions import Scope

STRANGER = _("You follow this course without handing in.")


@dataclass(frozen=True)
class Work:
    """An assignment as one person meets it.

    `user_id` is whose work it is; `is_own` whether that is the person in front; `is_trial` whether a member of the
    staff tries as a student.
    """

    assignment: Assignment
    course: Course
    user_id: int
    is_own: bool
    is_trial: bool
    may_hand_in: bool
    section_id: int | None
    at: datetime

    @property
    def locale(self) -> str:
        """The course's language, which chooses statement, starter, tests and hints."""
        return self.course.locale

    @cached_property
    def kind(self) -> Kind:
        """The kind of the activity."""
        return kinds.load()[self.assignment.activity.kind]

    @cached_property
    def content(self) -> ActivityContent:
        """The activity's latest content."""
        return content_of(db.session, self.assignment.activity.latest_version_id)

    @cached_property
    def rules(self) -> Rules:
        """The dates and attempts, with the exceptions that reach this person."""
        found = Override.get_for_student(db.session, [self.assignment.id], self.user_id, self.section_id)
        return effective(self.assignment, found.get(self.assignment.id, []))

    @cached_property
    def progress(self) -> Progress | None:
        """How far the person is; None before the start, and for a try."""
        return None if self.is_trial else Progress.get_for(db.session, self.assignment.id, self.user_id)

    @cached_property
    def standing(self) -> Standing:
        """Whether an answer may be handed in now; a try is held up by nothing."""
        if self.is_trial:
            return conditions.Standing(window=Window.OPEN, attempts_left=None, closed_reason="")
        used = self.progress.attempts_used if self.progress else 0
        standing = conditions.stand(self.assignment, self.rules, used=used, at=self.at)
        if self.may_hand_in:
            return standing
        return conditions.Standing(window=standing.window, attempts_left=None, closed_reason=STRANGER)

    @property
    def is_hidden(self) -> bool:
        """Tell whether the person may not even read it yet."""
        return self.standing.window is Window.NOT_OPEN and not scope().is_staff


def load_work(assignment_id: int) -> Work:
    """Return the assignment as the signed-in person meets it.

    Raises:
        NotFound: it is in the bin, its activity is, or it is not shown to students yet.
    """
    found = _assignment(assignment_id)
    here = scope()
    if not here.is_staff and not found.is_visible:
        raise NotFound
    may_hand_in = here.may(Permission.SUBMISSION_CREATE)
    return Work(
        assignment=found,
        course=found.course,
        user_id=current_user.id,
        is_own=True,
        is_trial=here.is_staff and may_hand_in,
        may_hand_in=may_hand_in,
        section_id=here.enrolment.section_id if here.enrolment else None,
        at=clock.now(),
    )


def load_open_work(assignment_id: int) -> Work:
    """Return the assignment for somebody who works on it now.

    Raises:
        NotFound: see `load_work`.
        Refused: it is not open yet, or the person only follows the course.
    """
    work = load_work(assignment_id)
    if work.is_hidden:
        raise Refused(conditions.NOT_OPEN)
    if not work.may_hand_in:
        raise Refused(STRANGER)
    return work


def load_student_work(assignment_id: int, user_id: int) -> Work:
    """Return a student's work for the staff.

    Raises:
        NotFound: there is no such student in the course, or not in the one section that this person looks after.
    """
    found = _assignment(assignment_id)
    enrolment = Enrolment.get_for(db.session, found.course_id, user_id)
    if enrolment is None or not _is_mine(scope(), enrolment):
        raise NotFound
    return Work(
        assignment=found,
        course=found.course,
        user_id=user_id,
        is_own=user_id == current_user.id,
        is_trial=enrolment.is_staff,
        may_hand_in=False,
        section_id=enrolment.section_id,
        at=clock.now(),
    )


def load_submission(submission_id: int) -> Submission:
    """Return a submission that the signed-in person may see, with its answer and context loaded.

    Students see their own only; staff those of their section, or of all where they are bound to none.

    Raises:
        NotFound: it does not exist, or not for this person.
    """
    found = Submission.get_with_answer(db.session, submission_id)
    if found is None or found.assignment.is_deleted:
        raise NotFound
    here = scope()
    if found.user_id == current_user.id:
        return found
    if not here.may(Permission.SUBMISSION_VIEW_OTHERS):
        raise NotFound
    if here.section_id is not None:
        enrolment = Enrolment.get_for(db.session, here.course.id, found.user_id)
        if enrolment is None or not _is_mine(here, enrolment):
            raise NotFound
    return found


def sees_all(submission: Submission) -> bool:
    """Tell whether the signed-in person sees hidden tests and expected outputs of this submission."""
    here = scope()
    return here.is_staff and (here.may(Permission.SUBMISSION_VIEW_OTHERS) or submission.is_trial)


def _is_mine(here: Scope, enrolment: Enrolment) -> bool:
    return here.section_id is None or here.section_id == enrolment.section_id


def _assignment(assignment_id: int) -> Assignment:
    found = Assignment.get_with_context(db.session, assignment_id)
    if found is None:
        raise NotFound
    return found
