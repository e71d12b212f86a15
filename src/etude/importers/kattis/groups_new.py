"""The tests of a 2025-09 package: samples, and secret tests that may lie in groups with a `test_group.yaml` each."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from etude.content import ActivityGroup, ContentError
from etude.content.errors import mark as _
from etude.importers.kattis.groups_legacy import MOST, POINTS, UNKNOWN_MOST
from etude.importers.kattis.package import take_keys, words
from etude.importers.kattis.testdata import Case, Cases, TestPlan, group_name
from etude.importers.kattis.validators import STATIC_FOLDER, checker_of
from etude.importers.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityChecker, ActivityTest
    from etude.content.model import Scoring
    from etude.importers.kattis.package import Source
    from etude.importers.kattis.problem import Problem
    from etude.importers.kattis.validators import OutputJudge
    from etude.importers.yaml_file import YamlValue

KEYS = (
    "max_score", "score_aggregation", "static_validation_score", "require_pass", "args", "input_validator_args",
    "static_validator_args", "output_validator_args", "input_visualizer_args", "output_visualizer_args",
    "full_feedback",
    # of drafts
    "output_validator_flags", "input_validator_flags", "on_reject", "grading", "grader_flags", "range", "hint",
    "description",
)  # fmt: skip
_DRAFT_KEYS = ("on_reject", "grading", "grader_flags", "range")
_INHERITED = ("args", "output_validator_args", "output_validator_flags", "full_feedback")
_AGGREGATIONS: Mapping[str, Scoring] = {"pass-fail": "all", "sum": "sum", "min": "min"}


def read_new_groups(source: Source, problem: Problem, judge: OutputJudge) -> TestPlan:
    """Return the groups of a 2025-09 package. Raises ContentError for tests that are not whole."""
    reader = _Reader(source, problem, judge)
    above = reader.keys("")
    groups: list[ActivityGroup] = []
    if source.has("data/sample"):
        groups += reader.sample(above)
    groups += reader.secret(above)
    if judge.static is not None and not reader.has_static_tests:
        source.warn(STATIC_FOLDER, _("No “static_validation_score” asks for this validator: it judges nothing."))
    checker = None if judge.validator is not None else checker_of(problem.validator_args, "problem.yaml")
    return TestPlan(
        groups=tuple(groups), verdict="first", checker=checker, paths=reader.paths, is_scoring=problem.is_scoring
    )


class _Reader:
    def __init__(self, source: Source, problem: Problem, judge: OutputJudge) -> None:
        self._source = source
        self._problem = problem
        self._judge = judge
        self._cases = Cases(source, judge)
        self.has_static_tests = False

    @property
    def paths(self) -> Mapping[str, str]:
        """Where groups and tests lie in the package, by their names."""
        return self._cases.paths

    def keys(self, folder: str) -> Mapping[str, YamlValue]:
        """What a folder's test_group.yaml says (testdata.yaml in drafts)."""
        for name in ("test_group.yaml", "testdata.yaml"):
            path = "/".join(filter(None, ("data", folder, name)))
            content = self._source.files.get(path)
            if content is not None:
                keys = take_keys(read_yaml(self._source.with_constants(content), path), KEYS, self._source)
                for key in _DRAFT_KEYS:
                    if key in keys:
                        self._source.warn(path, _("“%(key)s” is not known here and was left out."), key=key)
                return keys
        return {}

    def sample(self, above: Mapping[str, YamlValue]) -> list[ActivityGroup]:
        """The samples' group."""
        keys = self._with(above, "sample")
        cases = self._cases.all_below("sample", self._arguments(keys), keys)
        group = ActivityGroup(name="sample", visibility="sample")
        cases = self._with_static(cases, group, keys, "sample")
        return self._divided(group, cases, keys, "sample") if cases else []

    def secret(self, above: Mapping[str, YamlValue]) -> list[ActivityGroup]:
        """The secret tests, which lie in groups or not."""
        keys = self._with(above, "secret")
        folders = [name for name in self._source.folders("data/secret") if not name.endswith(".files")]
        direct = self._cases.directly_in("secret", self._arguments(keys), keys)
        own = self._group("secret", "", keys)
        if direct and folders:
            raise ContentError(
                "data/secret", "", _("Here are both tests and groups of tests; the format allows one of them.")
            )
        static = self._with_static(direct, own, keys, "secret")
        if static and not folders:
            return self._divided(own, static, keys, "secret")
        inner: list[ActivityGroup] = []
        tops: list[ActivityGroup] = []
        for name in folders:
            found = self._inner(f"secret/{name}", keys)
            inner += found
            tops += found[:1]
        if not tops:
            raise ContentError("data/secret", "", _("There is no test here."))
        if own.scoring == "sum" and self._problem.is_scoring:
            whole = [*(group.points for group in tops), *(case.test.points or Decimal(0) for case in static)]
            own = replace(own, points=min(sum(whole, Decimal(0)), MOST))
        return [replace(own, tests=tuple(case.test for case in static)), *inner]

    def _inner(self, folder: str, above: Mapping[str, YamlValue]) -> list[ActivityGroup]:
        keys = {**{key: above[key] for key in _INHERITED if key in above}, **self.keys(folder)}
        cases = self._cases.all_below(folder, self._arguments(keys), keys)
        if not cases and "static_validation_score" not in keys:
            return []
        group = self._group(folder, "secret", keys)
        return self._divided(group, self._with_static(cases, group, keys, folder), keys, folder)

    def _with_static(
        self, cases: list[Case], group: ActivityGroup, keys: Mapping[str, YamlValue], folder: str
    ) -> list[Case]:
        """The tests of a folder, before them the static one that its test_group.yaml asks for."""
        score, arguments = keys.get("static_validation_score"), keys.get("static_validator_args")
        if score is None:
            if arguments is not None:
                raise arguments.error(_("These arguments need a “static_validation_score” beside them."))
            return cases
        if self._judge.static is None:
            raise score.error(_("There is no static validator in the package."))
        self.has_static_tests = True
        case = self._cases.static(folder, self._arguments(keys), words(arguments))
        if score.value == "pass-fail":
            if group.scoring != "all":
                raise score.error(_("“pass-fail” stands here only where “score_aggregation” is pass-fail too."))
            return [case, *cases]
        if group.scoring == "all":
            raise score.error(_("Only pass-fail can stand here: the tests beside it have no points."))
        points = Decimal(str(score.number(0.01, float(group.points))))
        if group.scoring == "min" and points != group.points:
            raise score.error(_("In a group whose smallest score counts, this must be the group’s “max_score”."))
        worth = points if group.scoring == "min" or not cases else (group.points - points) / len(cases)
        others = [replace(one, test=replace(one.test, points=_hundredths(worth))) for one in cases]
        return [replace(case, test=replace(case.test, points=_hundredths(points))), *others]

    def _with(self, above: Mapping[str, YamlValue], folder: str) -> Mapping[str, YamlValue]:
        return {**{key: above[key] for key in _INHERITED if key in above}, **self.keys(folder)}

    def _arguments(self, keys: Mapping[str, YamlValue]) -> tuple[str, ...]:
        value = keys.get("output_validator_args") or keys.get("output_validator_flags")
        return (*self._problem.validator_args, *words(value))

    def _group(self, folder: str, inside: str, keys: Mapping[str, YamlValue]) -> ActivityGroup:
        shows = "full_feedback" in keys and keys["full_feedback"].flag
        group = ActivityGroup(
            name=group_name(folder),
            inside=inside,
            visibility="visible" if shows else "hidden",
            requires=tuple(group_name(name) for name in keys["require_pass"].texts()) if "require_pass" in keys else (),
        )
        if not self._problem.is_scoring:
            return replace(group, points=Decimal(0) if inside else POINTS)
        aggregation = (
            keys["score_aggregation"].text if "score_aggregation" in keys else "pass-fail" if inside else "sum"
        )
        if aggregation not in _AGGREGATIONS:
            raise keys["score_aggregation"].error(_("One of pass-fail, sum and min must stand here."))
        return replace(group, scoring=_AGGREGATIONS[aggregation], points=self._most(keys, folder, inside))

    def _most(self, keys: Mapping[str, YamlValue], folder: str, inside: str) -> Decimal:
        value = keys.get("max_score")
        if value is not None and value.value != "unbounded":
            return Decimal(str(value.number(0, float(MOST))))
        if value is not None or inside:
            sentence = _("No highest score is stated (max_score); %(points)s points are taken for it.")
            self._source.warn(f"data/{folder}", sentence, points=UNKNOWN_MOST)
        return UNKNOWN_MOST

    def _divided(
        self, group: ActivityGroup, cases: list[Case], keys: Mapping[str, YamlValue], folder: str
    ) -> list[ActivityGroup]:
        """The group with its tests; those that the default validator judges by other arguments in groups inside it."""
        cases = [replace(case, test=self._worthy(case, group, len(cases))) for case in cases]
        if self._judge.validator is not None:
            return [replace(group, tests=tuple(case.test for case in cases))]
        usual = self._arguments(keys)
        by_arguments: dict[tuple[str, ...], list[Case]] = {usual: []}
        for case in cases:
            by_arguments.setdefault(case.arguments, []).append(case)
        if len(by_arguments) > 1 and group.scoring != "all":
            raise ContentError(
                f"data/{folder}",
                "",
                _("Tests that are judged by different arguments must stand in groups of their own."),
            )
        groups = [
            replace(
                group, tests=tuple(case.test for case in by_arguments.pop(usual)), checker=self._checker(usual, folder)
            )
        ]
        for number, (arguments, own) in enumerate(by_arguments.items(), 1):
            inner = replace(
                group, name=f"{group.name}-args-{number}", inside=group.name, points=Decimal(0), requires=()
            )
            checker = checker_of(arguments, f"data/{own[0].path}.yaml")
            groups.append(replace(inner, tests=tuple(case.test for case in own), checker=checker))
        return groups

    def _worthy(self, case: Case, group: ActivityGroup, count: int) -> ActivityTest:
        """The test with what it is worth, for a validator that gives points."""
        if self._judge.validator is None or group.scoring == "all" or not group.points:
            return case.test
        worth = group.points / count if group.scoring == "sum" else group.points
        return case.test if case.test.points is not None else replace(case.test, points=_hundredths(worth))

    def _checker(self, arguments: tuple[str, ...], folder: str) -> ActivityChecker | None:
        return None if arguments == self._problem.validator_args else checker_of(arguments, f"data/{folder}")


def _hundredths(points: Decimal) -> Decimal:
    """What a test is worth, as an activity can have it."""
    return max(points.quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("0.01"))
