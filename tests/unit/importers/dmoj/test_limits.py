from __future__ import annotations

from decimal import Decimal

import pytest


def test_limits_come_from_the_file_beside(problem, cases):
    limits = problem(f"{cases}time_limit: 9\n").limits

    assert (limits.time_s, limits.memory_mb, limits.output_kb, limits.wall_time_s) == (2, 64, 24_576, None)


def test_else_from_init_yml_itself(problem, cases):
    limits = problem(
        f"{cases}time_limit: 0.5\nmemory_limit: 1000\noutput_limit_length: 3000\n", {"config.yml": None}
    ).limits

    assert (limits.time_s, limits.memory_mb, limits.output_kb) == (Decimal("0.5"), 16, 3)


def test_a_large_factor_lets_an_answer_wait_longer(problem, cases):
    assert problem(f"{cases}wall_time_factor: 10\n").limits.wall_time_s == 20
    assert problem(f"{cases}wall_time_factor: 2\n").limits.wall_time_s is None


def test_an_unknown_limit_is_named(problem, cases):
    content = problem(cases, {"config.yml": b"time: 1\ncolour: red\n"})

    assert str(content.warnings[0]) == "config.yml:2: The setting “colour” is not used here."


@pytest.mark.parametrize("text", ["time: 0", "time: fast", "memory: -1", "time: 1e9"])
def test_a_limit_that_cannot_be_is_a_mistake_with_its_line(mistake, cases, text):
    assert mistake(cases, {"config.yml": text.encode()}).startswith("config.yml:1: ")


def test_more_output_than_can_be_kept_is_a_mistake(mistake, cases):
    assert "64 MB at most" in mistake(f"{cases}output_limit_length: 100000000\n")


def test_limits_of_single_cases_are_named_and_change_nothing_for_dmojs_judge_has_none(problem):
    content = problem("time_limit: 2\ntest_cases:\n- {in: 1.in, out: 1.out, time_limit: 9, memory_limit: 1}\n")

    assert content.limits.time_s == 2
    said = [str(one) for one in content.warnings]
    assert any("init.yml:3" in one and "“time_limit” is not used" in one for one in said)
    assert any("init.yml:3" in one and "“memory_limit” is not used" in one for one in said)
