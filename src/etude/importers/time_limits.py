"""A time limit where a package states none: from its slowest accepted solution, by the rule of its format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from etude.content import ContentError, build_job
from etude.content.errors import mark as _
from etude.content.model import BOTH, COURSE_LANGUAGES
from etude.grading.limits import MAX_CPU_TIME_S
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from etude.content import ActivityContent, Solution
    from etude.content.check import Judge
    from etude.grading.verdict import Verdict

GENEROUS_S = Decimal(30)
"""The limit of CPU seconds under which solutions are measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """How a limit follows from the slowest accepted solution; all in seconds of CPU time.

    factor: of the slowest solution. least_s: no limit is below this. resolution_s: the limit is a multiple of this,
    rounded `up` or to the `nearest` one.
    """

    factor: Decimal
    least_s: Decimal
    resolution_s: Decimal
    rounding: Literal["up", "nearest"] = "up"

    def limit_s(self, slowest_s: Decimal) -> Decimal:
        """The limit for the slowest accepted solution."""
        rounding = ROUND_CEILING if self.rounding == "up" else ROUND_HALF_UP
        steps = (slowest_s * self.factor / self.resolution_s).to_integral_value(rounding)
        return min(max(steps * self.resolution_s, self.least_s), Decimal(str(MAX_CPU_TIME_S)))


def measure(
    content: ActivityContent, judge: Judge, *, path: str, solutions: Iterable[Solution] | None = None
) -> Decimal:
    """Run accepted solutions and return the slowest one's seconds of CPU time, in its slowest test.

    solutions: those to run; None: all that lie in `accepted`. One that is not accepted, in a language that this machine
    lacks perhaps, is left out; `etude check` will name it. A language's own time factor is taken out of the time.
    path: the file that could have stated a limit, for the mistake.
    Raises ContentError when there is no solution to measure; what judge raises.
    """
    chosen = [one for one in content.solutions if one.verdict == "accepted"] if solutions is None else list(solutions)
    if not chosen:
        sentence = _("No time limit is stated, and there is no accepted solution that could be measured.")
        raise ContentError(path, "", sentence)
    roomy = replace(content, limits=replace(content.limits, time_s=GENEROUS_S, wall_time_s=None))
    verdicts = [(solution, _judge(roomy, solution, judge)) for solution in chosen]
    times_s = [_slowest_s(content, one, verdict) for one, verdict in verdicts if verdict.status is Status.AC]
    if not times_s:
        solution, verdict = verdicts[0]
        sentence = _(
            "No time limit is stated, and none of the accepted solutions is accepted; the first one gets %(verdict)s."
        )
        raise ContentError(solution.path, "", sentence, {"verdict": verdict.status.value})
    return max(times_s)


def with_time_limit(content: ActivityContent, judge: Judge, rule: TimeRule, *, path: str) -> ActivityContent:
    """The activity with a limit that follows from its accepted solutions. Raises as `measure` does."""
    limit_s = rule.limit_s(measure(content, judge, path=path))
    return replace(content, limits=replace(content.limits, time_s=limit_s))


def _judge(content: ActivityContent, solution: Solution, judge: Judge) -> Verdict:
    course_language = COURSE_LANGUAGES[0] if solution.course_language == BOTH else solution.course_language
    return judge(build_job(content, solution.language, solution.files, course_language=course_language))


def _slowest_s(content: ActivityContent, solution: Solution, verdict: Verdict) -> Decimal:
    slowest_us = max((test.cpu_us for test in verdict.tests), default=0)
    return Decimal(slowest_us) / 1_000_000 / content.settings_of(solution.language).time_factor
