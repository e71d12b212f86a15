"""Which languages the school's workers can judge: this machine's own, or what the workers of several machines say."""

from __future__ import annotations

from flask import has_app_context

from etude.core.caching import MemoryCache
from etude.extensions import db
from etude.grading import languages
from etude.models import WorkerState

_announced = MemoryCache(size=1, ttl_s=3.0)


def languages_at_hand() -> frozenset[str]:
    """Return the languages that may be offered to students.

    On SQLite the worker is on this machine, which is asked without a query. Elsewhere it is what the workers of the
    last day have said: one that is away for a moment takes no language from the forms, its answers wait.
    """
    # A form can be made without an application too.
    is_far = has_app_context() and db.engine.dialect.name != "sqlite"
    if is_far and (announced := _announced.get_or_make("languages", _find_announced)):
        return announced
    return frozenset(languages.available())


def _find_announced() -> frozenset[str]:
    return frozenset(name for worker in WorkerState.get_known(db.session) for name in worker.languages)
