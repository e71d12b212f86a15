from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from etude.content import ContentError, LanguageSettings, Solution, read_activity
from etude.grading.verdict import CompileResult, Status, TestResult, Verdict
from etude.importers.time_limits import GENEROUS_S, TimeRule, measure, with_time_limit

SAMPLE = Path(__file__).parents[3] / "src" / "etude" / "sample"
RULE = TimeRule(factor=Decimal(2), least_s=Decimal(1), resolution_s=Decimal("0.5"))


class Clock:
    """Judges every solution as its text says: a verdict, and the microseconds of its tests."""

    def __init__(self) -> None:
        self.jobs = []

    def __call__(self, job):
        self.jobs.append(job)
        status, *times = next(iter(job.files.values())).decode().split()
        tests = tuple(
            TestResult(name=str(place), group="g", visibility="hidden", status=Status(status), cpu_us=int(time_us))
            for place, time_us in enumerate(times)
        )
        return Verdict(
            status=Status(status), score=Decimal(0), max_score=Decimal(0), language=job.language, tier="full",
            compile=CompileResult(ok=True), tests=tests,
        )  # fmt: skip


def activity(*texts: str, **changes):
    solutions = tuple(
        Solution(verdict="accepted", name=f"{place}.py", language="python", files={"main.py": text.encode()})
        for place, text in enumerate(texts)
    )
    return replace(read_activity(SAMPLE / "hello"), solutions=solutions, **changes)


@pytest.mark.parametrize(
    ("slowest", "rule", "limit"),
    [
        ("0.01", RULE, "1"),
        ("0.8", RULE, "2"),
        ("0.75", RULE, "1.5"),
        ("0.751", RULE, "2"),
        ("0.6", replace(RULE, rounding="nearest"), "1"),
        ("0.7", replace(RULE, rounding="nearest"), "1.5"),
        ("1000", RULE, "300"),
    ],
)
def test_the_limit_is_the_slowest_time_by_its_rule(slowest, rule, limit):
    assert rule.limit_s(Decimal(slowest)) == Decimal(limit)


def test_the_slowest_test_of_the_slowest_accepted_solution_counts():
    judge = Clock()

    assert measure(activity("AC 10 900000", "AC 20", "WA 5000000"), judge, path="init.yml") == Decimal("0.9")
    assert {job.limits.cpu_time_s for job in judge.jobs} == {float(GENEROUS_S)}


def test_a_languages_own_factor_is_taken_out():
    slow = activity("AC 900000", language_settings={"python": LanguageSettings(time_factor=Decimal(3))})

    assert measure(slow, Clock(), path="init.yml") == Decimal("0.3")


def test_chosen_solutions_alone_are_measured():
    content = activity("AC 10", "AC 900000")

    assert measure(content, Clock(), path="x", solutions=content.solutions[:1]) == Decimal("0.00001")


def test_nothing_to_measure_is_a_sentence_that_names_the_file():
    with pytest.raises(ContentError, match="no accepted solution") as caught:
        measure(activity(), Clock(), path="init.yml")

    assert caught.value.path == "init.yml"


def test_no_solution_that_is_accepted_is_a_sentence_that_names_the_first():
    with pytest.raises(ContentError, match="gets TLE") as caught:
        measure(activity("TLE 30000000", "IE"), Clock(), path="init.yml")

    assert caught.value.path == "solutions/accepted/0.py"


def test_the_activity_gets_the_limit():
    assert with_time_limit(activity("AC 900000"), Clock(), RULE, path="x").limits.time_s == Decimal(2)
