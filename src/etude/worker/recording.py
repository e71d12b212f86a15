"""Recording a result, however long the database is away."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import clock, logging
from etude.extensions import db
from etude.models.submission import judging

if TYPE_CHECKING:
    from threading import Event

    from etude.models.submission.judging import Claim, Judgement

_log = logging.get(__name__)
RECORD_AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0, 15.0)
"""Seconds between tries at recording a result; then the last again and again, for as long as the database is away."""


def record(claimed: Claim, judgement: Judgement, over: Event) -> bool:
    """Record a result; tell whether it was this claim's.

    While the database is away, for however long, the result is kept and tried again, until the worker is to end
    (`over`): one that was dropped would have to be judged again, which counts as a fruitless delivery. Where the
    database answers and does not take it after all these tries, the fault is raised, and the task tried again later.
    """
    for number, wait_s in enumerate(chain(RECORD_AGAIN_S, repeat(RECORD_AGAIN_S[-1]))):
        answered = number >= len(RECORD_AGAIN_S) and answers()
        try:
            with db.session.begin():
                return judging.record(db.session, claimed, judgement, clock.now())
        except sa.exc.OperationalError as error:
            _log.warning("result_kept", reason=type(error).__name__, again_in_s=wait_s)
            if answered or over.wait(wait_s):
                raise
    raise AssertionError  # the tries do not end


def answers() -> bool:
    """Tell whether the database can be asked anything at this moment."""
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.DBAPIError:
        return False
    return True
