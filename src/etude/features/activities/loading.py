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
from etude.web.pictures import find_assignment_pictures
from etude.web.submission_access import may_read_work_of, note_look

if TYPE_CHECKING:
    from datetime import datetime

    from etude.content import ActivityContent
    from etude.features.activities.conditions import Standing
    from etude.kinds import Kind
    from etude.models import Course
    from etude.models.activity.rules import Rules
    from etude.web.markdown import Pictures

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
    def version_id(self) -> int | None:
        """The version that is worked on: the activity's latest, unless an earlier answer is looked at."""
        return self.assignment.activity.latest_version_id

    @cached_property
    def content(self) -> ActivityContent:
        """What that version says."""
        return content_of(db.session, self.version_id)

    @cached_property
    def pictures(self) -> Pictures:
        """The pictures that its texts may show."""
        return find_assignment_pictures(self.content, self.assignment.id, self.version_id)

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
    if enrolment is None or not may_read_work_of(user_id):
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


def look_at_student_work(assignment_id: int, user_id: int) -> Work:
    """Return a student's work for a member of the staff who opens it: noted in the audit log.

    Raises:
        NotFound: see `load_student_work`.
    """
    work = load_student_work(assignment_id, user_id)
    if not work.is_own and note_look(user_id, assignment_id=assignment_id):
        return load_student_work(assignment_id, user_id)
    return work


def sees_all(submission: Submission) -> bool:
    """Tell whether the signed-in person sees hidden tests and expected outputs of this submission."""
    here = scope()
    return here.is_staff and (here.may(Permission.SUBMISSION_VIEW_OTHERS) or submission.is_trial)


def _assignment(assignment_id: int) -> Assignment:
    found = Assignment.get_with_context(db.session, assignment_id)
    if found is None:
        raise NotFound
    return found
