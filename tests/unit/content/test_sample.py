"""The sample course is what teachers copy from: complete in both languages, true in every verdict that it claims."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

import etude
from etude.content import (
    LanguageSettings,
    activity_tree,
    build_job,
    check_activity,
    digest,
    from_document,
    parse_activity,
    pick_text,
    read_course,
    to_document,
)
from etude.grading.engine import grade
from etude.grading.jails import JailSet

SAMPLE = Path(etude.__file__).parent / "sample"
COURSE = read_course(SAMPLE)
ACTIVITIES = COURSE.activities
CODE = [content for content in ACTIVITIES if content.kind == "code"]
BOTH = ("fr", "en")

every_activity = pytest.mark.parametrize("content", ACTIVITIES, ids=lambda content: content.slug)
every_code_activity = pytest.mark.parametrize("content", CODE, ids=lambda content: content.slug)


def texts_of(content, language):
    """Every text of an activity that a student reads in a language, its code replaced by a word."""
    localized = [content.title, content.statement, *content.hints]
    localized += [title for group in content.groups for title in (group.title, *(test.title for test in group.tests))]
    for question in content.questions:
        localized += [question.text, question.feedback]
        localized += [text for choice in question.choices for text in (choice.text, choice.feedback)]
    for texts in localized:
        yield re.sub(r"```.*?```|`[^`\n]*`", "code", pick_text(texts, language), flags=re.DOTALL)


def test_the_course_holds_nine_programs_a_hand_in_and_two_quizzes():
    kinds = [content.kind for content in ACTIVITIES]

    assert (kinds.count("code"), kinds.count("upload"), kinds.count("quiz")) == (9, 1, 2)
    assert sum("cpp" in content.languages for content in CODE) == 3
    assert sum(content.checker.name == "unit_tests" for content in CODE) == 1
    assert {question.type for content in ACTIVITIES for question in content.questions} == {
        "single", "multiple", "number", "text",
    }  # fmt: skip


def test_nothing_of_the_course_is_missing_in_a_language_or_left_out():
    assert [str(warning) for warning in COURSE.warnings] == []


@every_activity
def test_a_sample_activity_lives_in_a_folder_of_its_slug_and_survives_storing(content):
    assert (SAMPLE / content.slug / "activity.toml").is_file()
    assert from_document(to_document(content)) == content
    assert digest(parse_activity(activity_tree(content))) == digest(content)


@every_activity
def test_a_sample_activity_has_title_statement_and_hints_in_both_languages(content):
    assert set(content.title) == set(content.statement) == set(BOTH)
    assert all(set(hint) == set(BOTH) for hint in content.hints)
    assert content.kind == "quiz" or 2 <= len(content.hints) <= 3
    assert content.kind == "quiz" or all("|---|" in text for text in content.statement.values())


@every_code_activity
def test_a_sample_program_has_starters_examples_visible_and_hidden_tests(content):
    assert {group.visibility for group in content.groups} == {"sample", "visible", "hidden"}
    for language in content.languages:
        assert set(content.starter[language]) == set(BOTH)
        for course_language in BOTH:
            build_job(
                content, language, content.starter_files(language, course_language), course_language=course_language
            )


@every_code_activity
@pytest.mark.parametrize("course_language", BOTH)
def test_a_sample_program_has_a_right_answer_and_wrong_ones_of_two_verdicts_in_each_language(content, course_language):
    for language in content.languages:
        verdicts = {
            solution.verdict
            for solution in content.solutions
            if solution.language == language and solution.course_language in {"", course_language}
        }
        assert "accepted" in verdicts
        assert len(verdicts - {"accepted"}) >= 2


@every_activity
def test_every_hint_of_a_choice_explains_it(content):
    for question in content.questions:
        assert all(set(choice.feedback) == set(BOTH) for choice in question.choices)
        assert question.choices or set(question.feedback) == set(BOTH)


@every_activity
def test_french_texts_have_french_typography(content):
    for text in texts_of(content, "fr"):
        assert not re.search(r"[ \u00a0][;!?»]|(?<=\w)[!?]|[ \u202f]:(?=\s)|«[ \u00a0]|\w'\w|\.\.\.|\"", text), text
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"\b(tu|ton|tes|toi)\b", text, re.IGNORECASE), "the course says “vous”"


@every_activity
def test_english_texts_have_english_typography(content):
    for text in texts_of(content, "en"):
        assert not re.search(r"\s[;!?:]\s|\w'\w|\.\.\.|\"|«|»", text), text


def test_samples_of_statements_are_the_tests_that_students_see():
    """Each one-line example of a statement's table must be what the tests expect."""
    for content in CODE:
        for course_language in BOTH:
            statement = pick_text(content.statement, course_language)
            group = build_job(content, content.languages[0], {"main.py": b""}, course_language=course_language).groups[
                0
            ]
            for test in (test for test in group.tests if test.expected is not None):
                cells = {line.strip() for line in (test.stdin + test.expected).decode().splitlines()}
                missing = [cell for cell in cells if f"`{cell}`" not in statement]
                assert missing == [] or test.name != group.tests[0].name, f"{content.slug}: {missing}"


@pytest.fixture(scope="module")
def jails():
    with JailSet() as made:
        yield made


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("is_python", [True, pytest.param(False, marks=pytest.mark.long)], ids=["python", "compiled"])
@every_activity
def test_every_solution_of_the_sample_gets_the_verdict_that_it_claims(content, is_python, jails, cache_dir):
    solutions = [solution for solution in content.solutions if (solution.language == "python") is is_python]
    some = replace(content, solutions=solutions)

    agreements = list(check_activity(some, lambda job: grade(job, jails, cache_dir=cache_dir)))

    disagreeing = [(item.file, item.course_language, item.verdict) for item in agreements if not item.agrees]
    assert disagreeing == []
    assert len(agreements) >= len(solutions)


@pytest.mark.long
@pytest.mark.parametrize(
    "content", [content for content in CODE if "python" in content.languages], ids=lambda content: content.slug
)
def test_python_that_is_started_anew_gets_the_same_verdicts(content, jails, cache_dir):
    cold = replace(content, language_settings={"python": LanguageSettings(cold=True)})
    python = [solution for solution in content.solutions if solution.language == "python"]

    warm_and_cold = [
        [item.verdict for item in check_activity(each, lambda job: grade(job, jails, cache_dir=cache_dir))]
        for each in (replace(content, solutions=python), replace(cold, solutions=python))
    ]

    assert warm_and_cold[0] == warm_and_cold[1]
