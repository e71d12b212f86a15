"""Testing the tests: every solution that an activity carries is judged and compared with its expected verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from etude.content.jobs import build_job
from etude.content.model import BOTH, COURSE_LANGUAGES, ActivityContent, Solution
from etude.content.parse_solutions import read_answers, verdicts_of
from etude.content.quiz import mark_quiz
from etude.content.solution_rules import missed_rules
from etude.content.uploads import HEAD_BYTES, HandedIn, check_upload
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from etude.content.errors import ContentWarning
    from etude.grading.job import Job
    from etude.grading.verdict import Verdict

Judge: TypeAlias = "Callable[[Job], Verdict]"


class InOrder(Protocol):
    """Calls a function for each item and gives the results in the order of the items, as `map` does."""

    def __call__(self, call: Callable[[_Check], Agreement], items: Iterable[_Check], /) -> Iterator[Agreement]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One solution and what became of it.

    file: its path in the activity's folder. language: the programming language, "" for quizzes and uploads.
    course_language: the one it was judged in. expected: the verdicts that are right. verdict: AC, WA…; ``allowed`` or
    ``refused`` for an upload. tier: how programs were isolated, "" where none ran. missed: what else is stated of it
    and did not come out.
    """

    activity: str
    file: str
    language: str
    course_language: str
    expected: tuple[str, ...]
    verdict: str
    tier: str = ""
    missed: tuple[ContentWarning, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the verdict is one of those expected, and all else that is stated came out."""
        return self.verdict in self.expected and not self.missed


@dataclass(frozen=True, slots=True)
class _Check:
    """One solution in one course language, and who judges it."""

    content: ActivityContent
    solution: Solution
    course_language: str
    judge: Judge


def check_activity(content: ActivityContent, judge: Judge, in_order: InOrder = map) -> Iterator[Agreement]:
    """Judge every solution: code by the engine (judge), quizzes and uploads by their rules; one by one as they come.

    A solution for both course languages is judged in each, unless its tests are the same in both. in_order: may judge
    several at once, in other threads, and still gives them in order.
    What judge raises passes through.
    """
    checks = (
        _Check(content, solution, course_language, judge)
        for solution in content.solutions
        for course_language in _course_languages(content, solution)
    )
    yield from in_order(_agreement, checks)


def _agreement(check: _Check) -> Agreement:
    content, solution = check.content, check.solution
    verdict, tier, missed = _judged(content, solution, check.course_language, check.judge)
    return Agreement(
        activity=content.slug,
        file=solution.path,
        language=solution.language,
        course_language=check.course_language,
        expected=verdicts_of(content.kind, solution.verdict),
        verdict=verdict,
        tier=tier,
        missed=missed,
    )


def _course_languages(content: ActivityContent, solution: Solution) -> tuple[str, ...]:
    if solution.course_language != BOTH:
        return (solution.course_language,)
    if content.kind == "upload":
        return COURSE_LANGUAGES[:1]
    if content.kind == "code":
        first, second = (_job(content, solution, language) for language in COURSE_LANGUAGES)
        return COURSE_LANGUAGES[:1] if first == second else COURSE_LANGUAGES
    return COURSE_LANGUAGES


def _judged(
    content: ActivityContent, solution: Solution, course_language: str, judge: Judge
) -> tuple[str, str, tuple[ContentWarning, ...]]:
    if content.kind != "code":
        return _verdict(content, solution, course_language), "", ()
    verdict = judge(_job(content, solution, course_language))
    return verdict.status.value, verdict.tier, missed_rules(solution, content.groups, verdict)


def _verdict(content: ActivityContent, solution: Solution, course_language: str) -> str:
    if content.upload is not None:
        files = [
            HandedIn(name=name, size_bytes=len(data), head=data[:HEAD_BYTES]) for name, data in solution.files.items()
        ]
        return "refused" if check_upload(content.upload, files) else "allowed"
    answers, score = read_answers(solution, content.questions)
    mark = mark_quiz(content.questions, answers, course_language)
    if score is not None and score != mark.score:
        return f"{mark.score} / {mark.max_score}"
    return Status.AC.value if mark.is_full else Status.WA.value


def _job(content: ActivityContent, solution: Solution, course_language: str) -> Job:
    return build_job(content, solution.language, solution.files, course_language=course_language)
