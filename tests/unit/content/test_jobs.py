from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import build_job, build_run_job, parse_activity, title_of_group, title_of_test
from etude.grading.errors import JobError


def test_the_job_of_an_answer_carries_tests_limits_and_points(code_activity):
    job = build_job(code_activity, "python", {"main.py": b"x"}, course_language="fr")

    assert job.files == {"main.py": b"x"}
    assert [(group.name, group.points, group.visibility) for group in job.groups] == [
        ("examples", Decimal(0), "sample"),
        ("rest", Decimal(4), "hidden"),
    ]
    assert (job.groups[1].tests[1].stdin, job.groups[1].tests[1].expected) == (b"-1\n", b"-2\n")
    assert job.limits.cpu_time_s == 1.5
    assert job.limits.memory_bytes == 64 * 1024 * 1024
    assert job.checker.name == "tokens"


def test_the_language_of_the_course_chooses_inputs_outputs_and_files(code_tree, change):
    code_tree |= {"files/mots.txt": b"mot", "files/words.txt": b"word", "tests/rest/2.en.files/words.txt": b"other"}
    tree = change(code_tree, 'output = "4\\n"', 'output = { fr = "quatre", en = "four" }')
    tree = change(tree, "points = 4", 'points = 4\nprogram_files = { fr = ["mots.txt"], en = ["words.txt"] }')
    content = parse_activity(tree)

    french = build_job(content, "python", {"main.py": b""}, course_language="fr")
    english = build_job(content, "python", {"main.py": b""}, course_language="en")

    assert french.groups[0].tests[0].expected == b"quatre"
    assert english.groups[0].tests[0].expected == b"four"
    assert french.groups[0].tests[0].files == {"mots.txt": b"mot"}
    assert english.groups[0].tests[0].files == {"words.txt": b"word"}
    assert english.groups[1].tests[0].files == {"words.txt": b"other"}


def test_a_language_that_is_missing_is_replaced_by_the_other(code_tree, change):
    tree = change(code_tree, 'output = "4\\n"', 'output = { fr = "quatre" }')

    job = build_job(parse_activity(tree), "python", {"main.py": b""}, course_language="en")

    assert job.groups[0].tests[0].expected == b"quatre"


def test_the_options_of_a_checker_reach_the_engine_as_numbers(code_tree, change):
    tree = change(code_tree, "[limits]", '[checker]\nname = "floats"\nabsolute_tolerance = 0.01\n[limits]')

    job = build_job(parse_activity(tree), "python", {"main.py": b""}, course_language="en")

    assert job.checker.options == {"absolute_tolerance": 0.01}


def test_a_run_has_the_files_of_the_activity_beside_it(code_tree, change):
    code_tree["files/words.txt"] = b"word"
    tree = change(code_tree, "points = 4", 'points = 4\nprogram_files = ["words.txt"]')

    job = build_run_job(parse_activity(tree), "python", {"main.py": b""}, stdin=b"1\n", course_language="fr")

    assert job.files == {"main.py": b"", "words.txt": b"word"}
    assert job.stdin == b"1\n"


def test_a_name_that_leads_out_of_the_program_s_folder_is_refused(code_activity):
    with pytest.raises(JobError):
        build_job(code_activity, "python", {"../main.py": b""}, course_language="fr")


def test_tests_and_groups_have_titles_in_the_language_of_the_course(code_tree, change):
    tree = change(code_tree, 'name = "two"', 'name = "two"\ntitle = { fr = "deux", en = "a two" }')
    content = parse_activity(change(tree, 'name = "rest"', 'name = "rest"\ntitle = { fr = "la suite", en = "more" }'))

    assert title_of_test(content, "examples", "two", "fr") == "deux"
    assert title_of_test(content, "rest", "10", "fr") == "10"
    assert title_of_test(content, "gone", "old", "fr") == "old"
    assert title_of_group(content, "rest", "en") == "more"
    assert title_of_group(content, "examples", "en") == "examples"
