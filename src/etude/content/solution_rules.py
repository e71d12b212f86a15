"""`[[solution]]`: what is stated of a solution beside the verdict of the whole, and whether a verdict keeps to it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content.errors import ContentWarning, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import MAX_POINTS, plain
from etude.content.model import SolutionRule
from etude.grading.messages import clean_text
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from etude.content.fields import Table
    from etude.content.model import ActivityGroup, Solution
    from etude.grading.verdict import TestResult, Verdict

MAX_RULES = 1_000
MAX_NAMES = 4_000
NEAR = Decimal("0.01")
"""Points that roundings may add or take away."""
_STATUSES = tuple(status.value for status in Status if status not in {Status.CE, Status.IE})


def with_rules(root: Table, solutions: tuple[Solution, ...], groups: Sequence[ActivityGroup]) -> tuple[Solution, ...]:
    """Return the solutions with what is stated of them. Raises ContentError for rules of what is not there."""
    rules: dict[str, list[SolutionRule]] = {}
    paths = {f"{solution.verdict}/{solution.name}" for solution in solutions}
    tests = {f"{group.name}/{test.name}" for group in groups for test in group.tests}
    for table in root.tables("solution", most=MAX_RULES):
        path = table.text("path")
        if path not in paths:
            raise unknown_name(table.path, table.field("path"), path, paths)
        rules.setdefault(path, []).append(_read_rule(table, {group.name for group in groups}, tests))
        table.finish()
    return tuple(
        replace(solution, rules=tuple(rules.get(f"{solution.verdict}/{solution.name}", ()))) for solution in solutions
    )


def _read_rule(table: Table, groups: set[str], tests: set[str]) -> SolutionRule:
    names = table.texts("tests", most=MAX_NAMES)
    for name in names:
        if name not in groups and name not in tests:
            raise unknown_name(table.path, table.field("tests"), name, groups | tests)
    verdicts: dict[str, tuple[str, ...]] = {}
    for key in ("permitted", "required"):
        verdicts[key] = table.texts(key)
        for word in verdicts[key]:
            if word not in _STATUSES:
                raise unknown_name(table.path, table.field(key), word, _STATUSES)
    lowest, highest = (
        table.number(key, lowest=Decimal(0), highest=MAX_POINTS) if table.has(key) else None
        for key in ("lowest_score", "highest_score")
    )
    if (lowest, highest) != (None, None) and not groups.issuperset(names):
        raise table.error("tests", _("Only groups of tests, and the whole, have a score that can be stated."))
    return SolutionRule(
        tests=names,
        permitted=verdicts["permitted"],
        required=verdicts["required"],
        lowest_score=lowest,
        highest_score=highest,
        message=table.text("message", ""),
    )


def without_lost_names(solutions: tuple[Solution, ...], groups: Sequence[ActivityGroup]) -> tuple[Solution, ...]:
    """Return the solutions with rules of groups and tests that are still there, after somebody renamed some."""
    known = {group.name for group in groups} | {f"{group.name}/{test.name}" for group in groups for test in group.tests}

    def kept(rule: SolutionRule) -> SolutionRule | None:
        names = tuple(name for name in rule.tests if name in known)
        return replace(rule, tests=names) if names or not rule.tests else None

    return tuple(
        replace(solution, rules=tuple(filter(None, map(kept, solution.rules)))) if solution.rules else solution
        for solution in solutions
    )


def missed_rules(solution: Solution, groups: Sequence[ActivityGroup], verdict: Verdict) -> tuple[ContentWarning, ...]:
    """Return what a verdict does not keep to of what is stated of its solution.

    Of tests that were left out nothing is known: nothing that one of them could still have shown is missed.
    """
    if verdict.status in {Status.IE, Status.CE}:  # no test was judged, or none counts
        return ()
    return tuple(missed for rule in solution.rules for missed in _Seen(rule, groups, verdict).missed())


class _Seen:
    """What a rule is about, as a verdict has it."""

    def __init__(self, rule: SolutionRule, groups: Sequence[ActivityGroup], verdict: Verdict) -> None:
        self._rule = rule
        self._verdict = verdict
        parents = {group.name: group.inside for group in groups}
        chosen = {
            (group.name, test.name)
            for group in groups
            for test in group.tests
            if not rule.tests or f"{group.name}/{test.name}" in rule.tests or _is_inside(group.name, rule, parents)
        }
        self._results: list[TestResult] = [one for one in verdict.tests if (one.group, one.name) in chosen]
        self._is_whole = len(self._results) == len(chosen)

    def missed(self) -> Iterator[ContentWarning]:
        rule = self._rule
        outside = [one for one in self._results if rule.permitted and one.status.value not in rule.permitted]
        if outside:
            sentence = _("The test “%(test)s” got %(verdict)s; stated is %(verdicts)s.")
            first = outside[0]
            yield self._note(
                sentence, test=f"{first.group}/{first.name}", verdict=first.status.value,
                verdicts=", ".join(rule.permitted),
            )  # fmt: skip
        if rule.required and self._is_whole and not any(one.status.value in rule.required for one in self._results):
            yield self._note(_("No test got %(verdicts)s, as one should."), verdicts=", ".join(rule.required))
        if rule.message and self._is_whole and not self._is_said(clean_text(rule.message.encode())):
            yield self._note(_("The validator never said “%(message)s”."), message=rule.message)
        yield from self._missed_scores()

    def _is_said(self, message: str) -> bool:
        return any(message in one.judge_note.text for one in self._results)

    def _missed_scores(self) -> Iterator[ContentWarning]:
        rule = self._rule
        lowest = Decimal(0) if rule.lowest_score is None else rule.lowest_score
        highest = MAX_POINTS if rule.highest_score is None else rule.highest_score
        known = {group.name: group.score for group in self._verdict.groups}
        scores = [known.get(name, Decimal(0)) for name in rule.tests] if rule.tests else [self._verdict.score]
        if (rule.lowest_score, rule.highest_score) == (None, None):
            return
        for score in scores:
            if not lowest - NEAR <= score <= highest + NEAR:
                sentence = _("The score is %(score)s; stated is %(lowest)s to %(highest)s.")
                yield self._note(sentence, score=str(score), lowest=str(plain(lowest)), highest=str(plain(highest)))
                return

    def _note(self, sentence: str, **values: object) -> ContentWarning:
        return ContentWarning(path=", ".join(self._rule.tests), sentence=sentence, values=values)


def _is_inside(name: str, rule: SolutionRule, parents: Mapping[str, str]) -> bool:
    """Whether a group is one of those that a rule names, or lies in one."""
    while name:
        if name in rule.tests:
            return True
        name = parents[name]
    return False
