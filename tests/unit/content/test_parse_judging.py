"""How an activity is judged beyond inputs and outputs: read, refused with file and field, written, made a job."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import activity_tree, build_job, build_run_job, parse_activity
from etude.content.model import ActivityChecker

RULES = """
scoring = "sum"
inside = "examples"
requires = ["examples"]
on_reject = "stop_all"
verdict = "worst"
validator_arguments = ["case_sensitive"]
checker = { name = "floats", absolute_tolerance = 0.01 }

[[test_group.test]]
name = "2"
points = 3
reject_points = 0.5
arguments = ["-n", "deux mots"]
validator_arguments = ["float_tolerance", "1e-6"]
"""
VALIDATOR = """
[validator]
language = "python"
protocol = "testlib"
interactive = true
arguments = ["-v"]
points_unit = "percent"
tells_student = true
time_s = 2.5
memory_mb = 64

[limits]"""
CALL = """
[[test_group.test]]
name = "called"
call = { fr = "saluer('Ada')", en = "greet('Ada')" }
result = { fr = "'Bonjour'", en = "'Hello'" }
"""


def job_of(tree, language="python", course_language="en"):
    return build_job(parse_activity(tree), language, {"main.py": b""}, course_language=course_language)


STATIC = """
[static_validator]
language = "python"
arguments = ["-v"]

[limits]"""
STATIC_TEST = """output = "4\\n"

[[test_group.test]]
name = "text"
static = true
validator_arguments = ["for"]
"""


def with_static(code_tree, change):
    tree = change(change(code_tree, "[limits]", STATIC), 'output = "4\\n"', STATIC_TEST)
    return tree | {"static_validator/look.py": b"x"}


def test_a_static_validator_and_its_test_reach_the_engine_and_are_written_as_they_were_read(code_tree, change):
    tree = with_static(code_tree, change)

    job = job_of(tree)

    (test,) = [one for one in job.tests if one.is_static]
    assert (test.name, test.validator_arguments) == ("text", ("for",))
    assert (job.static_validator.protocol, job.static_validator.arguments) == ("static", ("-v",))
    assert parse_activity(activity_tree(parse_activity(tree))) == parse_activity(tree)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('language = "python"\narguments', 'language = "java"\narguments', "static_validator.language"),
        ('arguments = ["-v"]', 'protocol = "kattis"', "static_validator"),
        ("static = true", 'static = true\noutput = "1"', "test_group[1].test[2].name"),
        (STATIC, "[limits]", "static_validator"),
    ],
)
def test_a_mistake_with_a_static_validator_is_named_with_its_field(code_tree, change, refusal, old, new, place):
    tree = change(with_static(code_tree, change), old, new)

    assert refusal(tree).field == place


def test_a_static_test_without_a_static_validator_is_a_mistake(code_tree, change, refusal):
    assert refusal(change(code_tree, 'output = "4\\n"', STATIC_TEST)).field == "static_validator"


def test_the_rules_of_groups_and_tests_reach_the_engine(code_tree, change):
    tree = change(change(code_tree, 'scoring = "sum"', RULES), "points = 4\nlanguages", "languages")

    group = job_of(tree).groups[1]

    assert (group.inside, group.requires, group.on_reject, group.verdict) == (
        "examples", ("examples",), "stop_all", "worst"
    )  # fmt: skip
    assert (group.checker.name, group.checker.options) == ("floats", {"absolute_tolerance": 0.01})
    first, second = group.tests
    assert (first.points, first.reject_points, first.arguments) == (3, Decimal("0.5"), ("-n", "deux mots"))
    assert first.validator_arguments == ("case_sensitive", "float_tolerance", "1e-6")
    assert (second.points, second.validator_arguments) == (None, ("case_sensitive",))


def test_groups_inside_others_are_part_of_their_points(code_tree, change):
    inside = 'points = 4\nscoring = "sum"\n\n[[test_group]]\nname = "part"\ninside = "rest"\npoints = 4\n'
    tree = change(code_tree, 'points = 4\nscoring = "sum"', inside)
    tree |= {"tests/part/1.in": b"", "tests/part/1.ans": b"1"}

    assert parse_activity(tree).points == 4


def test_a_group_that_holds_others_needs_no_test(code_tree, change):
    nested = (
        '[[test_group]]\nname = "outer"\npoints = 4\nscoring = "min"\n\n[[test_group]]\nname = "rest"\ninside = "outer"'
    )
    tree = change(code_tree, '[[test_group]]\nname = "rest"', nested)

    assert [(group.name, len(group.tests)) for group in job_of(tree).groups] == [
        ("examples", 1), ("outer", 0), ("rest", 2)
    ]  # fmt: skip


def test_a_validator_and_its_files_reach_the_engine(code_tree, change):
    tree = change(code_tree, "[limits]", VALIDATOR) | {"validator/judge.py": b"x", "validator/lib/words.txt": b"y"}

    validator = job_of(tree).validator

    assert validator.files == {"judge.py": b"x", "lib/words.txt": b"y"}
    assert (validator.language, validator.protocol, validator.is_interactive) == ("python", "testlib", True)
    assert (validator.arguments, validator.points_unit, validator.tells_student) == (("-v",), "percent", True)
    assert (validator.limits.cpu_time_s, validator.limits.memory_bytes) == (2.5, 64 << 20)


def test_with_a_validator_a_test_needs_no_expected_output(code_tree, change):
    tree = change(code_tree, "[limits]", VALIDATOR) | {"validator/judge.py": b"x", "tests/rest/3.in": b"5"}

    assert [test.expected for test in job_of(tree).groups[1].tests] == [b"14\n", None, b"-2\n"]


def test_a_call_and_its_result_may_depend_on_the_language_of_the_course(code_tree, change):
    tree = change(code_tree, '\n[[test_group]]\nname = "rest"', CALL + '\n[[test_group]]\nname = "rest"')

    french, english = (job_of(tree, course_language=language).groups[0].tests[1].call for language in ("fr", "en"))

    assert (french.function, french.arguments, french.result) == ("saluer", ("Ada",), "Bonjour")
    assert (english.text, english.result_text) == ("greet('Ada')", "'Hello'")


def test_files_that_the_program_must_write_lie_below_out(code_tree):
    code_tree |= {"tests/rest/7.out/data/result.txt": b"42", "tests/rest/7.fr.out/autre.txt": b"43"}
    del code_tree["tests/rest/2.ans"]
    code_tree["tests/rest/2.out/x.txt"] = b"14"

    two, seven, _ten = job_of(code_tree, course_language="en").groups[1].tests

    assert (two.expected, two.output_files) == (None, {"x.txt": b"14"})
    assert seven.output_files == {"data/result.txt": b"42"}


def test_included_files_stand_beside_the_answer_when_it_is_compiled_and_run(code_tree):
    code_tree["include/python/main.py"] = b"import double"

    content = parse_activity(code_tree)

    assert build_job(content, "python", {"double.py": b""}, course_language="fr").files == {
        "double.py": b"", "main.py": b"import double"
    }  # fmt: skip
    run = build_run_job(content, "python", {"main.py": b"mine"}, stdin=b"", course_language="fr")
    assert run.files == {"main.py": b"import double"}


def test_grader_and_the_groups_it_decides_reach_the_engine(code_tree, change):
    tree = change(code_tree, 'scoring = "sum"', 'scoring = "max"\ngraded = true\ngrader_arguments = ["half"]')
    tree = change(tree, "[limits]", '[grader]\nlanguage = "python"\ntime_s = 3\nmemory_mb = 64\n[limits]')
    tree["grader/grade.py"] = b"print('AC 1')\n"

    job = job_of(tree)

    limits = job.grader.limits
    assert (job.grader.language, limits.cpu_time_s, limits.memory_bytes) == ("python", 3, 64 << 20)
    assert [(one.is_graded, one.grader_arguments) for one in job.groups] == [(False, ()), (True, ("half",))]
    assert job.languages == ("python", "python")
    assert parse_activity(activity_tree(parse_activity(tree))) == parse_activity(tree)


def test_pictures_and_the_rule_of_the_whole_reach_the_engine(code_tree, change):
    tree = change(code_tree, "points = 4", 'points = 4\npictures = ["plot.png"]\nverdict = "any"')

    job = job_of(tree)

    assert (job.pictures, job.verdict) == (("plot.png",), "any")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('scoring = "sum"', 'inside = "later"', "test_group[2].inside"),
        ('scoring = "sum"', 'inside = "rest"', "test_group[2].inside"),
        ('scoring = "sum"', 'requires = ["nothere"]', "test_group[2].requires"),
        ('scoring = "sum"', 'on_reject = "panic"', "test_group[2].on_reject"),
        ('scoring = "sum"', 'scoring = "average"', "test_group[2].scoring"),
        ('scoring = "sum"', 'verdict = "best"', "test_group[2].verdict"),
        ('scoring = "sum"', 'checker = { name = "nothere" }', "test_group[2].checker.name"),
        ('scoring = "sum"', 'checker = { name = "lines", spaces = "no" }', "test_group[2].checker.name"),
        ('output = "4\\n"', 'call = "f(1)"', "test_group[1].test[1].call"),
        ('output = "4\\n"', 'result = "1"', "test_group[1].test[1].result"),
        ('output = "4\\n"', 'call = "f(x)"\nresult = "1"', "test_group[1].test[1].call"),
        ('output = "4\\n"', 'call = "f(1)"\nresult = "import os"', "test_group[1].test[1].call"),
        ('output = "4\\n"', 'output = "4"\ncall = "f(1)"\nresult = "1"', "test_group[1].test[1].name"),
        ('output = "4\\n"', 'output = "4"\npoints = 0', "test_group[1].test[1].points"),
        ('output = "4\\n"', 'output = "4"\nreject_points = 2', "test_group[1].test[1].reject_points"),
        ('output = "4\\n"', 'output = "4"\narguments = [1]', "test_group[1].test[1].arguments[1]"),
        ("points = 4", 'points = 4\nverdict = "best"', "verdict"),
        ("points = 4", 'points = 4\npictures = ["../x.png"]', "pictures"),
        ("[limits]", '[validator]\nlanguage = "python"\n[limits]', "validator"),
        ("[limits]", '[grader]\nlanguage = "python"\n[limits]', "grader"),
        ('scoring = "sum"', "graded = true", "grader"),
    ],
)
def test_a_mistake_is_named_with_its_field(code_tree, change, refusal, old, new, place):
    mistake = refusal(change(code_tree, old, new))

    assert (mistake.path, mistake.field) == ("activity.toml", place)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('language = "python"\nprotocol', 'language = "cobol"\nprotocol', "validator.language"),
        ('protocol = "testlib"', 'protocol = "polygon"', "validator.protocol"),
        ('protocol = "testlib"', 'protocol = "testlib"\nmax_passes = 3', "validator.language"),
        ('points_unit = "percent"', 'points_unit = "marks"', "validator.points_unit"),
        ("time_s = 2.5", "time_s = 0", "validator.time_s"),
        ("memory_mb = 64\n\n[limits]", "memory_mb = 1\n\n[limits]", "validator.memory_mb"),
        ("interactive = true", 'interactive = "yes"', "validator.interactive"),
        ("interactive = true", "interactif = true", "validator"),
    ],
)
def test_a_mistake_in_the_validator_is_named_with_its_field(code_tree, change, refusal, old, new, place):
    tree = change(code_tree, "[limits]", VALIDATOR) | {"validator/judge.py": b"x"}

    assert refusal(change(tree, old, new)).field == place


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("validator/judge.py", "activity.toml has no [validator]"),
        ("include/main.py", "lie in a folder for each language"),
        ("include/cobol/main.cob", "“cobol” is not known here"),
        ("tests/rest/2.out", "A test’s file is named"),
    ],
)
def test_a_file_that_belongs_nowhere_is_named(code_tree, refusal, path, words):
    code_tree[path] = b"x"

    assert words in str(refusal(code_tree))


def test_calls_are_refused_for_languages_that_cannot_be_called(code_tree, change, refusal):
    tree = change(code_tree, '\n[[test_group]]\nname = "rest"', CALL + '\n[[test_group]]\nname = "rest"')
    tree = change(tree, 'languages = ["python"]', 'languages = ["python", "shell"]')

    mistake = refusal(tree)

    assert (mistake.field, "functions in shell cannot be tested" in str(mistake)) == ("languages", True)


def test_scripts_stand_in_each_language_of_the_activity(code_tree, change, refusal):
    tree = change(code_tree, 'languages = ["python"]', 'languages = ["python", "c"]')
    tree |= {"tests/rest/9.py": b"assert True\n"}

    mistake = refusal(tree)

    assert "no script for answers in c (.c)" in str(mistake)
    content = parse_activity(tree | {"tests/rest/9.c": b"int f(int);\n"})
    assert activity_tree(content)["tests/rest/9.c"] == b"int f(int);\n"
    assert [test.script for test in build_job(content, "c", {}, course_language="fr").tests if test.script] == [
        b"int f(int);\n"
    ]


def test_what_is_written_is_read_again_and_written_the_same(code_tree, change):
    tree = change(code_tree, 'scoring = "sum"', RULES.replace('inside = "examples"\n', ""))
    tree = change(tree, "[limits]", 'verdict = "any"\n' + VALIDATOR)
    tree = change(tree, '\n[[test_group]]\nname = "rest"', CALL + '\n[[test_group]]\nname = "rest"')
    tree |= {"validator/judge.py": b"x", "include/python/lib.py": b"y", "tests/rest/2.out/x.txt": b"14"}
    content = parse_activity(tree)

    written = activity_tree(content)

    assert parse_activity(written) == content
    assert activity_tree(parse_activity(written)) == written
    assert content.groups[1].checker == ActivityChecker(name="floats", options={"absolute_tolerance": Decimal("0.01")})
