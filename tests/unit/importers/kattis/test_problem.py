"""problem.yaml of both formats, and limits that are stated elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError
from tests.unit.importers.kattis.conftest import said

NEW_HEAD = b"problem_format_version: 2025-09\nname: Twice\n"


def test_limits_of_a_legacy_package_are_the_formats_where_it_says_nothing(legacy):
    limits = legacy().limits

    assert (limits.time_s, limits.memory_mb, limits.output_kb) == (1, 2048, 8192)


def test_stated_limits_are_taken(new):
    yaml = NEW_HEAD + b"limits: {time_limit: 2.5, memory: 512, output: 2, validation_time: 7, validation_memory: 99}\n"

    content = new({"problem.yaml": yaml, "output_validator/v.py": b"import sys\nsys.exit(42)\n"})

    assert (content.limits.time_s, content.limits.memory_mb, content.limits.output_kb) == (Decimal("2.5"), 512, 2048)
    assert (content.validator.time_s, content.validator.memory_mb) == (7, 99)


@pytest.mark.parametrize("text", [b"timelimit='3'", b"name = x\ntimelimit = 3\n", b'timelimit="3"'])
def test_time_limit_of_domjudge_is_read(legacy, text):
    content = legacy({".timelimit": None, "domjudge-problem.ini": text})

    assert content.limits.time_s == 3


def test_without_a_stated_limit_the_accepted_submissions_are_measured(legacy):
    content = legacy({".timelimit": None})

    assert content.limits.time_s == 1


def test_resolution_and_factor_of_the_new_format_count(new):
    yaml = NEW_HEAD + b"limits: {time_resolution: 0.25, time_multipliers: {ac_to_time_limit: 1.5}}\n"

    content = new({"problem.yaml": yaml})

    assert content.limits.time_s % Decimal("0.25") == 0


def test_unknown_keys_and_limits_without_a_place_are_named(legacy):
    content = legacy({"problem.yaml": b"name: x\ncolour: red\nlimits:\n  code: 10\n"})

    assert "problem.yaml:2: “colour” is not known here" in said(content)
    assert "problem.yaml:4: The limit “code” has no place here" in said(content)


MISTAKES = [
    (b"name: [x\n", "problem.yaml:2: This is not YAML"),
    (b"", "problem.yaml: This file is missing or empty"),
    (b"name: x\ntype: sorting\n", "problem.yaml:2: type: “sorting” is no type of problem"),
    (b"name: x\nvalidation: magic\n", "problem.yaml:2: validation: “magic” is not known here"),
    (b"problem_format_version: 1999\nname: x\n", "problem.yaml:1: problem_format_version: The format “1999”"),
    (b"name: x\nlimits:\n  memory: many\n", "problem.yaml:3: limits.memory: A number between"),
    (b"name: x\ngrading: {objective: least}\n", "problem.yaml:2: grading.objective: Either min or max"),
    (
        b"name: x\ntype: scoring\ngrading: {objective: min}\n",
        "yaml:3: grading.objective: Scores that are",
    ),
    (
        b"name: x\ntype: scoring\ngrading: {objective: min, range: 1 9}\n",
        "yaml:3: grading.objective: Scores that ar",
    ),
    (b"name: x\nvalidation: custom\n", "output_validators: The problem has a validator of its own, but there is none"),
    (b"problem_format_version: 2025-09\nname: x\ntype: submit-answer\n", "problem.yaml:3: type: Problems to which"),
    (b"problem_format_version: 2025-09\nname: x\ntype: interactive\n", "problem.yaml: Interactive and multi-pass"),
    (b"name: x\nvalidator_flags: float_tolerance\n", "Behind “float_tolerance” a number must stand"),
    (b"name: x\nvalidator_flags: exact\n", "The default validator has no argument “exact”"),
    (b"a: &a [1]\nb: &b [*a, *a]\nc: *c\n", "problem.yaml:3"),
]


@pytest.mark.parametrize(("yaml", "sentence"), MISTAKES, ids=[sentence for _yaml, sentence in MISTAKES])
def test_mistake_is_one_sentence_with_file_and_line(legacy, yaml, sentence):
    with pytest.raises(ContentError) as caught:
        legacy({"problem.yaml": yaml})

    assert sentence in str(caught.value)
