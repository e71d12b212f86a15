"""Who judges programs: which languages the school's workers can, and what readers are told when nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import current_app, has_app_context
from flask_babel import gettext as _

from etude.core import clock
from etude.core.caching import MemoryCache
from etude.extensions import db
from etude.grading import languages
from etude.models import WorkerState
from etude.models.workers import JUDGING_TIERS
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.config import Config

CACHE = "etude_judges"
KEPT_S = 3.0
"""Every page that waits asks; it changes rarely."""


class Judges(NamedTuple):
    """The languages that somebody judges; where that is nobody, what the first worker says of itself."""

    languages: frozenset[str]
    tier: str = ""
    sentence: str = ""
    values: Mapping[str, str] = {}
    fix: str = ""


def languages_at_hand() -> frozenset[str]:
    """Return the languages that may be offered to students.

    On SQLite the worker is on this machine, which is asked without a query. Elsewhere it is what the workers of the
    last day have said: one that is away for a moment takes no language from the forms, its answers wait.
    """
    # A form can be made without an application too.
    is_far = has_app_context() and db.engine.dialect.name != "sqlite"
    if is_far and (announced := cache().get_or_make("languages", _find_announced)):
        return announced
    return frozenset(languages.available(_tier()))


def _tier() -> str:
    config: Config | None = current_app.extensions.get("etude") if has_app_context() else None
    return config.sandbox if config is not None else "full"


def missing_note(names: Iterable[str], *, is_staff: bool) -> str:
    """Return the sentence on those languages that the school cannot judge; empty for none.

    Staff are told the command that brings each.
    """
    at_hand = languages_at_hand()
    entries = [languages.load()[name] for name in names if name not in at_hand]
    if not entries:
        return ""
    if not is_staff:
        labels = ", ".join(entry.label for entry in entries)
        sentence = _(
            "This machine cannot run %(languages)s yet: write your program, and hand it in once your teacher says so.",
            languages=labels,
        )
        return str(sentence)
    lacking = "; ".join(f"{entry.label} – {fix_of(entry.name)}" for entry in entries)
    return str(_("Missing on this machine, and not offered to students: %(languages)s", languages=lacking))


def fix_of(name: str) -> str:
    """Return the command that brings a language to a machine; empty for one that nobody knows."""
    known = languages.load().get(name)
    return known.toolchain.state().fix or f"apt install {known.toolchain.packages}" if known else ""


def waiting_reason(*, is_staff: bool, language: str) -> str:
    """Return why nothing in this language is judged at the moment, for this reader; empty when somebody judges it.

    Staff are told what the machine lacks and the one command that helps; students that their answer is kept.
    """
    found = cache().get_or_make("judges", _find_judges)
    if language in found.languages:
        return ""
    if found.languages:
        return _language_waits(language, is_staff=is_staff)
    if not is_staff:
        kept = _("Programs cannot be judged at the moment. Your answer is kept and will be judged as soon as they can.")
        return str(kept)
    if not found.tier:
        return str(_("No worker is running, so nothing is judged. Start “etude serve” or “etude worker”."))
    why = translate(found.sentence, dict(found.values))
    if found.tier in JUDGING_TIERS:
        said = str(_("The worker judges nothing: %(reason)s", reason=why))
    else:
        said = str(_("This machine cannot isolate programs, so nothing is judged: %(reason)s", reason=why))
    helps = str(_("What helps: %(command)s", command=found.fix))
    return f"{said} {helps}" if found.fix else said


def tier_label(tier: str) -> str:
    """Return the word for how far a machine isolates programs; one that is not known stands for itself."""
    words = {"full": _("whole"), "reduced": _("reduced"), "none": _("no isolation")}
    return str(words.get(tier, tier))


def cache() -> MemoryCache:
    """Return what this application found out a moment ago."""
    kept: MemoryCache = current_app.extensions.setdefault(CACHE, MemoryCache(size=2, ttl_s=KEPT_S))
    return kept


def _language_waits(name: str, *, is_staff: bool) -> str:
    known = languages.load().get(name)
    label = known.label if known else name
    if is_staff:
        said = _("No worker that is running can judge %(language)s. The answer waits until one can.", language=label)
        helps = fix_of(name)
        return f"{said} " + str(_("What helps: %(command)s", command=helps)) if helps else str(said)
    return str(
        _(
            "Programs in %(language)s cannot be judged at the moment. Your answer is kept and will be judged as soon as"
            " they can.",
            language=label,
        )
    )


def _find_judges() -> Judges:
    alive = WorkerState.get_alive(db.session, clock.now())
    judged = frozenset(name for one in alive if one.is_judging for name in one.languages)
    if not alive:
        return Judges(judged)
    sentence, values = alive[0].get_reason()
    return Judges(judged, alive[0].tier, sentence, values, alive[0].fix)


def _find_announced() -> frozenset[str]:
    return frozenset(name for worker in WorkerState.get_known(db.session) for name in worker.languages)
