"""Whether an answer may be handed in now, and if not, the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.core.errors import Refused
from etude.grading.messages import _
from etude.models.activity.rules import Window

if TYPE_CHECKING:
    from datetime import datetime

    from etude.models import Assignment
    from etude.models.activity.rules import Rules

ARCHIVED = _("This course is over: you can read everything, but nothing is handed in any more.")
NOT_OPEN = _("This activity is not open yet.")
CLOSED = _("This activity is closed: answers are no longer taken.")
NO_ATTEMPT_LEFT = _("You have used all the attempts that this activity allows.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a student stands with an assignment at one time: the window, the attempts left, and why it is closed."""

    window: Window
    attempts_left: int | None
    closed_reason: str

    @property
    def takes_answers(self) -> bool:
        """Tell whether an answer may be handed in."""
        return not self.closed_reason


def stand(assignment: Assignment, rules: Rules, *, used: int, at: datetime) -> Standing:
    """Return how a student who has used so many attempts stands; the course must be loaded."""
    window = rules.state_at(at)
    left = None if rules.attempts is None else max(0, rules.attempts - used)
    reason = ""
    if assignment.course.is_archived:
        reason = ARCHIVED
    elif window is Window.NOT_OPEN:
        reason = NOT_OPEN
    elif window is Window.CLOSED:
        reason = CLOSED
    elif left == 0:
        reason = NO_ATTEMPT_LEFT
    return Standing(window=window, attempts_left=left, closed_reason=reason)


def check(assignment: Assignment, rules: Rules, *, used: int, at: datetime) -> None:
    """Raise Refused with the sentence when no answer may be handed in now."""
    standing = stand(assignment, rules, used=used, at=at)
    if standing.closed_reason:
        raise Refused(standing.closed_reason)
