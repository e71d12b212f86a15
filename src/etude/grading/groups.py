"""The order in which the tests of a job are run, what ends it early, and what it all adds up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from etude.grading.errors import CannotJudgeError
from etude.grading.graders import Part
from etude.grading.messages import Message, _
from etude.grading.scoring import GroupTally, combine_statuses
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from etude.grading.job import Job, Test, TestGroup
    from etude.grading.verdict import GroupResult, TestResult


def tests_in_order(job: Job) -> Iterator[tuple[Test, TestGroup]]:
    """The tests in the order in which they are run, if nothing ends it early."""

    def walk(groups: Iterable[TestGroup]) -> Iterator[tuple[Test, TestGroup]]:
        for group in groups:
            yield from ((test, group) for test in group.tests)
            yield from walk(groups_inside(job, group))

    return walk(outermost_groups(job))


def outermost_groups(job: Job) -> list[TestGroup]:
    """The groups that lie in no other: samples first."""
    return sorted((group for group in job.groups if not group.inside), key=lambda group: group.visibility != "sample")


def groups_inside(job: Job, group: TestGroup) -> list[TestGroup]:
    """The groups that lie directly in one."""
    return [child for child in job.groups if child.inside == group.name]


@dataclass(slots=True)
class GroupWalk:
    """Runs the groups of a job: samples first, each group before those inside it, tests in their order.

    run: runs one test. on_test: told each result at once; its points may be None until its group is decided. decide:
    asks the job's grader what a group is worth; what it raises passes through.
    """

    job: Job
    run: Callable[[Test, TestGroup], TestResult]
    on_test: Callable[[TestResult], None] | None = None
    decide: Callable[[TestGroup, Sequence[Part]], Part] | None = None
    tests: list[TestResult] = field(default_factory=list)
    groups: dict[str, GroupResult] = field(default_factory=dict)
    is_over: bool = False

    def walk(self) -> None:
        """Run all that has to be run; an IE ends it, for the answer must be judged again anyway."""
        for group in outermost_groups(self.job):
            self._run_group(group)

    @property
    def status(self) -> Status:
        """The status of the whole: IE if any test is IE, else as the job's rule has it."""
        if any(result.status is Status.IE for result in self.tests):
            return Status.IE
        outermost = [outcome.status for outcome in self.groups.values() if not outcome.inside]
        return combine_statuses(outermost, self.job.verdict)

    @property
    def score(self) -> Decimal:
        """The points of the groups that lie in no other."""
        return sum((outcome.score for outcome in self.groups.values() if not outcome.inside), Decimal("0.00"))

    def _run_group(self, group: TestGroup) -> None:
        """Run a group; nothing of one whose requirements are not met, or that comes after the end."""
        if self.is_over or not all(name in self.groups and self.groups[name].share == 1 for name in group.requires):
            return
        inside = groups_inside(self.job, group)
        tally = GroupTally(group, inside)
        place = len(self.tests)
        self._run_tests(group, tally)
        results = self.tests[place:]
        order = list(self.groups)
        for child in inside:
            if self._is_left(group, results, inside):
                break
            self._run_group(child)
        decided = self._ask_grader(group, tally, results) if group.is_graded and not self._is_broken(results) else None
        outcome, credited = tally.close(results, self.groups, decided)
        self.tests[place : place + len(results)] = credited
        added = {name: self.groups.pop(name) for name in list(self.groups) if name not in order}
        self.groups |= {group.name: outcome, **added}
        if outcome.status is not Status.AC and group.on_reject == "stop_all":
            self.is_over = True

    @staticmethod
    def _is_broken(results: Sequence[TestResult]) -> bool:
        """Whether one of them could not be judged: then the whole is IE, whatever a grader would say."""
        return any(result.status is Status.IE for result in results)

    def _ask_grader(self, group: TestGroup, tally: GroupTally, results: Sequence[TestResult]) -> Part | None:
        assert self.decide is not None
        parts = tally.parts(results, self.groups)
        if any(part.status is Status.IE for part in parts):
            return None
        decided = self.decide(group, parts)
        if decided.status is not Status.AC:  # its score counts for what it accepts only
            return Part(decided.status, Fraction(0))
        if group.visibility != "sample" and not 0 <= decided.score <= tally.most:
            values: dict[str, str | int] = {"score": f"{float(decided.score):g}", "most": f"{float(tally.most):g}"}
            sentence = _("The grader of this activity gave %(score)s points for a group that is worth %(most)s.")
            raise CannotJudgeError(Message(sentence, values))
        return Part(decided.status, decided.score / tally.most if tally.most else Fraction(0))

    def _run_tests(self, group: TestGroup, tally: GroupTally) -> None:
        for test in group.tests:
            result = tally.credit(self.run(test, group))
            self.tests.append(result)
            if self.on_test is not None:
                self.on_test(result)
            if result.status is Status.IE:
                self.is_over = True
            if self.is_over or self._ends_group(group, result, tally):
                return

    def _ends_group(self, group: TestGroup, result: TestResult, tally: GroupTally) -> bool:
        """Whether the rest of a group is left out: because it says so, or because an endless loop has lost it.

        Thirty students with an endless loop each would otherwise keep a class waiting for tests that change nothing.
        """
        if result.status is Status.AC:
            return False
        return group.on_reject != "continue" or (result.status is Status.TLE and tally.is_lost())

    def _is_left(self, group: TestGroup, results: list[TestResult], inside: list[TestGroup]) -> bool:
        """Whether the groups inside that are still to come are left out."""
        statuses = [*(result.status for result in results), *(self.groups[child.name].status for child in inside
                    if child.name in self.groups)]  # fmt: skip
        return group.on_reject != "continue" and any(status is not Status.AC for status in statuses)
