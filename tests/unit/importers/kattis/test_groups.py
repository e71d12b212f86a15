"""Groups of tests: what ends them, what they are worth, and the verdict that follows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError
from tests.unit.importers.kattis.conftest import said

SCORING = b"name: x\ntype: scoring\n"
NEW_SCORING = b"problem_format_version: 2025-09\nname: x\ntype: scoring\nlimits: {time_limit: 1}\n"


def group(content, name):
    return next(one for one in content.groups if one.name == name)


def subgroup(name, **files):
    own = {f"data/secret/{name}/t.in": b"1\n", f"data/secret/{name}/t.ans": b"2\n"}
    further = {f"data/secret/{name}/{file.replace('_yaml', '.yaml')}": text for file, text in files.items()}
    return {"data/secret/1.in": None, "data/secret/1.ans": None, **own, **further}


def test_legacy_stops_at_the_first_failure_unless_it_says_otherwise(legacy):
    content = legacy()

    assert [one.on_reject for one in content.groups] == ["stop_all", "stop"]
    assert content.verdict == "first"


def test_legacy_that_goes_on_has_the_worst_verdict(legacy):
    content = legacy({"data/testdata.yaml": b"on_reject: continue\n"})

    assert [one.on_reject for one in content.groups] == ["continue", "continue"]
    assert content.verdict == "worst"


@pytest.mark.parametrize(
    ("flags", "verdict"),
    [
        ("first_error", "first"),
        ("always_accept", "always"),
        ("accept_if_any_accepted", "any"),
        ("worst_error", "worst"),
    ],
)
def test_flags_of_the_default_grader_give_the_verdict(legacy, flags, verdict):
    content = legacy({"data/testdata.yaml": f"on_reject: continue\ngrader_flags: {flags}\n".encode()})

    assert content.verdict == verdict


def test_ignored_samples_never_reject(legacy):
    sample = legacy({"problem.yaml": SCORING, "data/testdata.yaml": b"grader_flags: ignore_sample\n"}).groups[0]

    assert (sample.verdict, sample.on_reject) == ("always", "continue")


@pytest.mark.parametrize(
    ("mode", "scoring", "points"), [("sum", "sum", 14), ("avg", "sum", 7), ("min", "min", 7), ("max", "max", 7)]
)
def test_points_of_a_legacy_group(legacy, mode, scoring, points):
    files = {**subgroup("a", testdata_yaml=f"accept_score: 7\ngrader_flags: {mode}\n".encode()),
             "data/secret/a/u.in": b"1\n", "data/secret/a/u.ans": b"2\n"}  # fmt: skip

    content = legacy({"problem.yaml": SCORING, **files})

    found = group(content, "secret-a")
    assert (found.scoring, found.points, found.inside) == (scoring, points, "secret")
    assert group(content, "secret").points == points


def test_scores_of_a_validator_share_the_range(legacy):
    content = legacy({
        "problem.yaml": b"name: x\ntype: scoring\nvalidation: custom score\n",
        "output_validators/v.py": b"",
        "data/testdata.yaml": b"range: 0 50\n",
        "data/secret/2.in": b"", "data/secret/2.ans": b"",
    })  # fmt: skip

    secret = group(content, "secret")
    assert [test.points for test in secret.tests] == [25, 25]
    assert (secret.points, content.validator.points_unit) == (50, "points")


def test_groups_of_the_new_format(new):
    files = {
        **subgroup("g1", test_group_yaml=b"max_score: 30\nrequire_pass: sample\n"),
        **subgroup("g2", test_group_yaml=b"max_score: 70\nscore_aggregation: min\nfull_feedback: true\n"),
    }

    content = new({"problem.yaml": NEW_SCORING, **files})

    first, second = group(content, "secret-g1"), group(content, "secret-g2")
    assert (first.scoring, first.points, first.requires) == ("all", 30, ("sample",))
    assert (second.scoring, second.points, second.visibility) == ("min", 70, "visible")
    assert group(content, "secret").points == content.points == 100


def test_tests_beside_groups_are_refused(new):
    files = {**subgroup("g1"), "data/secret/1.in": b"", "data/secret/1.ans": b""}

    with pytest.raises(ContentError, match="both tests and groups"):
        new(files)


STATIC = {"static_validator/look.py": b""}


def test_a_static_test_stands_before_the_others_with_its_arguments(new):
    rules = b"static_validation_score: pass-fail\nstatic_validator_args: [a, b]\n"

    content = new({**STATIC, "data/secret/test_group.yaml": rules})

    first = group(content, "secret").tests[0]
    assert (first.is_static, first.validator_arguments) == (True, ("a", "b"))
    assert (content.static_validator.protocol, content.static_validator.language) == ("static", "python")


def test_the_score_of_a_static_test_is_taken_from_the_others_of_its_group(new):
    rules = b"max_score: 30\nscore_aggregation: sum\nstatic_validation_score: 10\n"
    files = {**subgroup("g1", test_group_yaml=rules), "data/secret/g1/2.in": b"", "data/secret/g1/2.ans": b""}

    content = new({"problem.yaml": NEW_SCORING, **STATIC, **files})

    assert [test.points for test in group(content, "secret-g1").tests] == [10, 10, 10]
    assert group(content, "secret").points == 30


def test_a_group_may_have_a_static_test_alone_and_so_may_what_holds_the_groups(new):
    files = {
        **subgroup("g1"),
        "data/secret/g2/test_group.yaml": b"max_score: 20\nscore_aggregation: min\nstatic_validation_score: 20\n",
        "data/secret/test_group.yaml": b"static_validation_score: 5\n",
    }

    content = new({"problem.yaml": NEW_SCORING, **STATIC, **files})

    assert [test.points for test in group(content, "secret-g2").tests] == [20]
    assert [(test.is_static, test.points) for test in group(content, "secret").tests] == [(True, 5)]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"data/secret/test_group.yaml": b"static_validation_score: pass-fail\n"}, "no static validator"),
        ({**STATIC, "data/secret/test_group.yaml": b"static_validator_args: [a]\n"}, ":1.*need a “static_valid"),
        ({**STATIC, "data/secret/test_group.yaml": b"static_validation_score: 3\n"}, ":1.*Only pass-fail"),
        ({"static_validator/Look.java": b""}, "static_validator: A static validator must be written in"),
    ],
)
def test_static_validators_that_cannot_be_are_named(new, files, sentence):
    with pytest.raises(ContentError, match=sentence):
        new(files)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            b"score_aggregation: sum\nstatic_validation_score: pass-fail\n",
            "only where “score_aggregation” is pass-fail",
        ),
        (b"score_aggregation: min\nmax_score: 9\nstatic_validation_score: 5\n", "must be the group’s “max_score”"),
        (b"score_aggregation: sum\nmax_score: 9\nstatic_validation_score: 10\n", "test_group.yaml:3"),
    ],
)
def test_static_scores_that_do_not_fit_their_group_are_named(new, rules, sentence):
    with pytest.raises(ContentError, match=sentence):
        new({"problem.yaml": NEW_SCORING, **STATIC, **subgroup("g1", test_group_yaml=rules)})


def test_a_static_validator_that_nothing_asks_for_is_named(new, legacy):
    assert "static_validator: No “static_validation_score” asks" in said(new(STATIC))
    assert "not used here: static_validator" in said(legacy(STATIC))


def test_arguments_of_the_default_validator_per_group_and_test(new):
    content = new({
        "data/secret/test_group.yaml": b"output_validator_args: [case_sensitive]\n",
        "data/secret/1.yaml": b"output_validator_args: [float_tolerance, '1e-3']\n",
        "data/secret/2.in": b"", "data/secret/2.ans": b"",
    })  # fmt: skip

    secret, inner = group(content, "secret"), group(content, "secret-args-1")
    assert secret.checker.options["case_sensitive"] is True
    assert inner.checker.name == "floats"
    assert inner.checker.options["absolute_tolerance"] == Decimal("0.001")
    assert inner.inside == "secret"


def test_arguments_of_a_packages_validator_per_test(new):
    content = new({
        "output_validator/v.py": b"",
        "data/secret/test_group.yaml": b"output_validator_args: [a]\n",
        "data/secret/1.yaml": b"output_validator_args: [b, c]\n",
        "data/secret/2.in": b"", "data/secret/2.ans": b"",
    })  # fmt: skip

    assert [test.validator_arguments for test in group(content, "secret").tests] == [("b", "c"), ("a",)]


def test_package_with_a_grader_of_its_own_has_a_group_of_all_that_it_decides(legacy):
    yaml = b"grading: custom\ngrader_flags: half 5\naccept_score: 2\nrange: 0 60\n"

    content = legacy({"problem.yaml": SCORING, "data/testdata.yaml": yaml, "graders/grade.py": b"print('AC 1')\n"})

    assert content.grader.files == {"grade.py": b"print('AC 1')\n"}
    assert [(one.name, one.inside, one.points, one.grader_arguments) for one in content.groups] == [
        ("data", "", 60, ("half", "5")), ("sample", "data", 0, ("half", "5")), ("secret", "data", 60, ("half", "5")),
    ]  # fmt: skip
    assert {one.is_graded for one in content.groups} == {True}
    assert group(content, "secret").tests[0].points == 2


def test_folder_that_goes_back_to_the_default_grader_is_no_graders(legacy):
    files = {"data/testdata.yaml": b"grading: custom\n", "data/secret/testdata.yaml": b"grading: default\n"}

    content = legacy({"problem.yaml": SCORING, "graders/g.py": b"", **files})

    assert [(one.name, one.is_graded) for one in content.groups] == [
        ("data", True),
        ("sample", True),
        ("secret", False),
    ]


def test_smallest_score_is_the_most_points(legacy):
    content = legacy({
        "problem.yaml": b"name: x\ntype: scoring\nvalidation: custom score\ngrading: {objective: min, range: 0 50}\n",
        "output_validators/v.py": b"", "data/testdata.yaml": b"grader_flags: min\n",
    })  # fmt: skip

    secret = group(content, "secret")
    assert (secret.scoring, secret.points, content.validator.points_unit) == ("max", 50, "penalty")
