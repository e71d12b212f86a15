"""A job that makes no sense is refused when it is made."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.grading.calls import parse_call
from etude.grading.errors import JobError
from etude.grading.job import Job, Limits, RunJob, Test, TestGroup


def group(name: str = "g", **fields) -> TestGroup:
    return TestGroup(**{"name": name, "tests": (Test(name="t"),), **fields})


@pytest.mark.parametrize(
    "name",
    ["../x.py", "/etc/passwd", "a//b", "a/./b", "", "nul\0.py", "é" * 200, "__etude_answer_side.py", "__etude/x"],
)
def test_a_file_name_that_leads_out_or_is_ours_is_refused(name):
    with pytest.raises(JobError, match="cannot be the name of a file"):
        Job(language="python", files={name: b""}, groups=(group(),))


def test_file_names_may_have_folders_spaces_and_accents():
    job = Job(language="python", files={"données/mes mots.txt": b"", "main.py": b""}, groups=(group(),))

    assert set(job.files) == {"données/mes mots.txt", "main.py"}


def test_names_of_test_files_are_checked_too():
    with pytest.raises(JobError):
        Test(name="t", files={"../x": b""})


def test_names_of_files_to_run_are_checked_too():
    with pytest.raises(JobError):
        RunJob(language="python", files={"../x": b""})


def test_a_job_without_groups_is_refused():
    with pytest.raises(JobError, match="at least one test group"):
        Job(language="python", files={}, groups=())


def test_a_group_without_tests_is_refused_for_it_would_give_its_points_away():
    with pytest.raises(JobError, match="has no test"):
        Job(language="python", files={}, groups=(group(tests=()),))


def test_points_below_zero_are_refused():
    with pytest.raises(JobError, match="below 0"):
        group(points=Decimal(-1))


def test_two_tests_of_one_name_are_refused():
    with pytest.raises(JobError, match="two tests of one name"):
        group(tests=(Test(name="t"), Test(name="t")))


def test_two_groups_of_one_name_are_refused():
    with pytest.raises(JobError, match="one name"):
        Job(language="python", files={}, groups=(group("g"), group("g")))


def test_a_test_has_a_script_or_an_expected_output_but_not_both():
    with pytest.raises(JobError, match="both a script and an expected output"):
        Test(name="t", script=b"", expected=b"")


def test_the_wall_limit_leaves_room_for_a_busy_machine():
    short, long = Limits(cpu_time_s=0.5), Limits(cpu_time_s=10)

    assert (short.effective_wall_time_s, long.effective_wall_time_s) == (2.5, 30)


def test_a_given_wall_limit_is_kept():
    assert Limits(cpu_time_s=1, wall_time_s=1.5).effective_wall_time_s == 1.5


@pytest.mark.parametrize(
    "fields",
    [
        {"cpu_time_s": 0},
        {"cpu_time_s": 301},
        {"cpu_time_s": float("nan")},
        {"cpu_time_s": 2, "wall_time_s": 1},
        {"memory_bytes": 1 << 20},
        {"output_bytes": 0},
    ],
)
def test_limits_out_of_range_are_refused(fields):
    with pytest.raises(JobError):
        Limits(**fields)


@pytest.mark.parametrize(
    "groups",
    [
        (group("a", inside="b"), group("b")),
        (group("a", requires=("b",)), group("b")),
        (group("a", inside="a"),),
        (group("a"), group("b", requires=("nothere",))),
    ],
)
def test_a_group_names_only_groups_before_it(groups):
    with pytest.raises(JobError, match="before it"):
        Job(language="python", files={}, groups=groups)


def test_a_group_that_holds_others_needs_no_test_of_its_own():
    job = Job(language="python", files={}, groups=(group("a", tests=()), group("b", inside="a")))

    assert [test.name for test in job.tests] == ["t"]


@pytest.mark.parametrize(
    "fields",
    [
        {"call": parse_call("f()", "1"), "expected": b""},
        {"call": parse_call("f()", "1"), "script": b""},
        {"script": b"", "output_files": {"x": b""}},
        {"points": Decimal(0)},
        {"points": Decimal(1), "reject_points": Decimal(2)},
        {"reject_points": Decimal(-1)},
        {"output_files": {"../x": b""}},
    ],
)
def test_a_test_that_says_two_things_at_once_is_refused(fields):
    with pytest.raises(JobError):
        Test(name="t", **fields)


@pytest.mark.parametrize("pictures", [("../x.png",), tuple(f"{n}.png" for n in range(9))])
def test_pictures_have_safe_names_and_are_few(pictures):
    with pytest.raises(JobError):
        Job(language="python", files={}, groups=(group(),), pictures=pictures)
