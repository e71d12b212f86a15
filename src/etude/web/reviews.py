"""A released review as the pages of every kind show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from etude.web.templating import render_markdown

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


class Released(Protocol):
    """What a released review says: points of the assignment before the late rule, or none, and Markdown."""

    @property
    def points(self) -> Decimal | None: ...
    @property
    def comment(self) -> str: ...
    @property
    def released_at(self) -> datetime | None: ...


def show_review(review: Released, *, max_score: Decimal | None, reviewer: str) -> dict[str, Any]:
    """Return the values of `components/review.html`."""
    return {
        "score": review.points,
        "max_score": max_score,
        "comment_html": render_markdown(review.comment),
        "reviewed_at": review.released_at,
        "reviewer": reviewer,
    }
