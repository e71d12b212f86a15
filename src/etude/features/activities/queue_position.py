"""How many programs are to be judged before one that waits. Every page that waits asks; the database is asked once.

A page's place is found in the order of the queue, which is read at most once a second for all pages of the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from etude.core.caching import MemoryCache
from etude.extensions import db
from etude.queue import GRADE_SUBMISSION, MOST_COUNTED, get_order, subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.models import Submission

CACHE = "etude_queue"
KEPT_S = 1.0


def count_before(submission_id: int) -> int:
    """Return how many tasks are before a submission that waits, at most MOST_COUNTED; 0 when it does not wait.

    A submission that is not in an order of full length stands behind it; in a shorter one it may just have come.
    """
    subject = subject_of(GRADE_SUBMISSION, submission_id)
    places = _places()
    if subject not in places and len(places) < MOST_COUNTED:
        cache().drop("places")
        places = _places()
    return places.get(subject, MOST_COUNTED if len(places) >= MOST_COUNTED else 0)


def place_in_queue(submission_id: int) -> str:
    """Return the sentence on how many programs are before one that waits; empty when it is next."""
    count = count_before(submission_id)
    if count >= MOST_COUNTED:
        return str(_("More than %(num)s programs before yours.", num=MOST_COUNTED))
    return str(ngettext("%(num)d program before yours.", "%(num)d programs before yours.", count)) if count else ""


def cache() -> MemoryCache:
    """Return the order of the queue as this application read it a moment ago."""
    kept: MemoryCache = current_app.extensions.setdefault(CACHE, MemoryCache(size=1, ttl_s=KEPT_S))
    return kept


def _places() -> Mapping[str, int]:
    return cache().get_or_make("places", _read)


def _read() -> Mapping[str, int]:
    return {subject: place for place, subject in enumerate(get_order(db.session))}


class QueueWatch:
    """Tells the stream of an answer that waits when its place in the queue has changed."""

    def __init__(self, submission: Submission) -> None:
        self._submission_id = submission.id
        self._before = 0 if submission.is_judged else count_before(submission.id)

    def has_moved(self) -> bool:
        """Tell whether there is another number of programs before it than at the last look."""
        if not self._before:
            return False
        before, self._before = self._before, count_before(self._submission_id)
        return before != self._before
