"""What `submissions.yaml` states of a submission beyond its verdict: of some tests, of scores, of messages.

Patterns of tests and groups become the names that those have in the activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from etude.content import SolutionRule
from etude.content.errors import mark as _
from etude.content.fields import MAX_POINTS, plain
from etude.importers.kattis.patterns import is_matched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.importers.kattis.package import Source
    from etude.importers.kattis.testdata import TestPlan
    from etude.importers.yaml_file import YamlValue

ALL = ("AC", "WA", "TLE", "RTE")
# A Kattis run-time error is also one by too much memory or output: there is no other word for them.
MEANT: Mapping[str, tuple[str, ...]] = {"AC": ("AC",), "WA": ("WA",), "TLE": ("TLE",), "RTE": ("RTE", "MLE", "OLE")}
KEYS = ("permitted", "required", "score", "message", "use_for_time_limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is stated of the tests that a pattern finds; "" finds all. permitted, required: () where not said."""

    pattern: str
    place: str
    permitted: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    message: str = ""


def is_pattern(key: str, value: YamlValue) -> bool:
    """Tell whether a key of a submission's rules is a pattern of tests."""
    return key.startswith(("sample", "secret", "*", "{")) and (value.value is None or isinstance(value.value, dict))


def read_expectation(pattern: str, value: YamlValue, source: Source) -> Expectation:
    """Return what stands under a pattern of tests, or with pattern "" what the submission's own keys say.

    Raises ContentError for verdicts and scores that there are none of.
    """
    keys = {key: one for key, one in value.mapping.items() if one.value is not None}
    if pattern:
        for key, one in keys.items():
            if key not in KEYS:
                source.warn(f"{one.file}:{one.line}", _("“%(key)s” is not known here and was left out."), key=key)
    lowest, highest = _score(keys["score"]) if "score" in keys else (None, None)
    return Expectation(
        pattern=pattern,
        place=f"{value.file}:{value.line}",
        permitted=verdicts(keys.get("permitted")) if pattern else (),
        required=verdicts(keys.get("required")) if pattern else (),
        lowest=lowest,
        highest=highest,
        message=keys["message"].text if "message" in keys else "",
    )


def verdicts(value: YamlValue | None) -> tuple[str, ...]:
    """Return the format's verdicts that stand in a list; () for none. Raises ContentError for others."""
    found = () if value is None else tuple(value.texts())
    for word in found:
        if word not in ALL and value is not None:
            raise value.error(_("“%(word)s” is no verdict; AC, WA, TLE and RTE are."), word=word)
    return found


def _score(value: YamlValue) -> tuple[Decimal, Decimal]:
    ends = value.items if isinstance(value.value, list) else [value, value]
    if len(ends) != 2:
        raise value.error(_("One number, or a list of two, must stand here."))
    lowest, highest = (plain(Decimal(str(end.number(0, float(MAX_POINTS))))) for end in ends)
    if lowest > highest:
        raise value.error(_("The first number must not be above the second."))
    return lowest, highest


def to_rule(expectation: Expectation, plan: TestPlan, source: Source) -> SolutionRule | None:
    """Return what is stated as a rule of ours; None, with a note, where there are no such tests."""
    names = found_names(expectation.pattern, plan)
    if expectation.pattern and not names:
        sentence = _("There is no test or group “%(key)s”; what is stated of it was left out.")
        source.warn(expectation.place, sentence, key=expectation.pattern)
        return None
    lowest, highest = expectation.lowest, expectation.highest
    if lowest is not None and not (plan.is_scoring and {group.name for group in plan.groups}.issuperset(names)):
        source.warn(expectation.place, _("Only the scores of scoring problems and of their groups are compared."))
        lowest = highest = None
    return SolutionRule(
        tests=names,
        permitted=ours(expectation.permitted),
        required=ours(expectation.required),
        lowest_score=lowest,
        highest_score=highest,
        message=expectation.message.strip(),
    )


def ours(words: Iterable[str]) -> tuple[str, ...]:
    """Return our verdicts for those of the format."""
    return tuple(chain.from_iterable(MEANT[word] for word in ALL if word in set(words)))


def found_names(pattern: str, plan: TestPlan) -> tuple[str, ...]:
    """Return the groups that a pattern finds, and the tests elsewhere as `group/test`; () for the pattern ""."""
    if not pattern:
        return ()
    groups: list[str] = []
    tests: list[str] = []
    for group in plan.groups:
        path = plan.paths.get(group.name, "")
        if group.inside in groups or (path and is_matched(pattern, path)):
            groups.append(group.name)
            continue
        for test in group.tests:
            # tests that the default validator judges by other arguments lie in a group inside their own
            where = plan.paths.get(f"{group.name}/{test.name}") or plan.paths.get(f"{group.inside}/{test.name}", "")
            if where and is_matched(pattern, where):
                tests.append(f"{group.name}/{test.name}")
    inner = {group.name for group in plan.groups if group.inside in groups}
    return (*(name for name in groups if name not in inner), *tests)


def covers_all(names: Iterable[str], plan: TestPlan) -> bool:
    """Tell whether these groups and tests are all that the answer is judged by."""
    chosen = set(names)
    for group in plan.groups:
        if group.inside in chosen:
            chosen.add(group.name)
    return all(
        group.name in chosen or f"{group.name}/{test.name}" in chosen for group in plan.groups for test in group.tests
    )
