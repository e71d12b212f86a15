"""Judging the solutions of what was just imported, and saying how it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from etude.cli.talk import _
from etude.core import clock
from etude.extensions import db
from etude.features.authoring import checking
from etude.grading.engine import grade
from etude.grading.jails import JailSet
from etude.grading.verdict import Status
from etude.jail import JailError
from etude.models import Activity
from etude.models.activity.publishing import WAITING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.config import Config


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of some activities, by slug, and why some of them wait; "" when none does."""

    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    hindrance: str = ""

    def document(self, slug: str) -> dict[str, object]:
        """Return the check of an activity for programs: `state`, and how many of how many solutions `agree`."""
        if slug not in self.results:
            return {}
        state, agree, total = self._count(slug)
        return {"check": {"state": state, "agree": agree, "total": total}}

    def sentence(self, slug: str) -> str:
        """Return the check of an activity for people; empty when there is nothing to say."""
        state, agree, total = self._count(slug)
        if state == WAITING:
            return _("its solutions are still to be judged")
        if not total:
            return ""
        told = _("%(agree)s of %(total)s solutions get the verdict they should", agree=agree, total=total)
        rows = self.results[slug]["rows"]
        if any(not row["agrees"] and row["verdict"] != Status.IE.value for row in rows):
            return told + _(": students cannot see it until tests and solutions agree")
        return told if agree == total else told + _(": the others cannot be judged here")

    def _count(self, slug: str) -> tuple[str, int, int]:
        result = self.results.get(slug, {})
        rows = result.get("rows", ())
        return str(result.get("state", "")), sum(bool(row["agrees"]) for row in rows), len(rows)


def check_now(config: Config, slugs: Sequence[str]) -> Checks:
    """Judge the solutions of these activities that wait for it, if programs can be isolated here.

    What cannot be judged here stays in the queue, for a worker.
    """
    activities = Activity.get_taken_slugs(db.session, slugs)
    waiting = checking.get_waiting(list(activities.values()))
    hindrance = ""
    if waiting:
        try:
            with JailSet(uid=config.jail_uid, tier=config.sandbox) as jails:
                for version_id in waiting.values():
                    checking.run_check(version_id, lambda job: grade(job, jails, cache_dir=None), clock.now())
        except JailError as error:
            hindrance = _(
                "This machine cannot judge programs: %(reason)s. A worker that can will judge the solutions.",
                reason=str(error).rstrip("."),
            )
    results = checking.get_results(list(activities.values()))
    return Checks({slug: results.get(activity_id, {}) for slug, activity_id in activities.items()}, hindrance)
