"""What the page of answers that are judged again shows: how far it is, and whose result changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.activities.paging import Page
from etude.models.submission.rejudging import Counts, RejudgedAnswer, Rejudgement
from etude.web.course_tabs import course_tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.models import Assignment, Course

PER_PAGE = 50
NOTHING = Counts(total=0, done=0, changed=0)


def fill(course: Course, assignment: Assignment) -> dict[str, Any]:
    """Return the values of the page; `?of=` chooses an earlier rejudgement, `?page=` a page of what changed.

    Raises:
        NotFound: it is not one of this assignment.
    """
    latest = Rejudgement.get_latest(db.session, assignment.id)
    shown = _choose(latest)
    counts = RejudgedAnswer.count_all(db.session, shown.id) if shown else NOTHING
    page = Page.of_request("page", counts.changed, PER_PAGE)

    def address(**query: Any) -> str:  # noqa: ANN401  values of a query string
        return url_for("rejudging.show", assignment_id=assignment.id, **query)

    return {
        "course": course,
        "assignment": assignment,
        "tabs": course_tabs(course.id),
        "rejudgement": shown,
        "counts": counts,
        "is_over": counts.done == counts.total,
        "changed": RejudgedAnswer.get_changed(db.session, shown.id, offset=page.offset, limit=PER_PAGE)
        if shown
        else [],
        "page": page,
        "page_url": lambda number: address(of=shown.id if shown else None, page=number),
        "here_url": address(of=shown.id if shown else None, page=page.number),
        "others": [(one, address(of=one.id)) for one in latest if one is not shown],
    }


def _choose(latest: Sequence[Rejudgement]) -> Rejudgement | None:
    wanted = request.args.get("of", type=int)
    if wanted is None:
        return latest[0] if latest else None
    for one in latest:
        if one.id == wanted:
            return one
    raise NotFound
