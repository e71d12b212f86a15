from __future__ import annotations

import pytest

from etude.content import ContentError, is_course, read_course
from etude.content.archive import make_zip
from etude.content.course import parse_course

COURSE = b'format = 1\ncode = "ICS3U"\ntitle = { fr = "Info", en = "CS" }\nactivities = ["b", "a"]\n'


@pytest.fixture
def course_tree(code_tree, quiz_tree):
    return {
        "course.toml": COURSE,
        **{f"a/{path}": data for path, data in code_tree.items()},
        **{f"b/{path}": data for path, data in quiz_tree.items()},
    }


def test_a_course_has_its_activities_in_its_own_order(course_tree):
    course = parse_course(course_tree)

    assert (course.code, course.title["fr"]) == ("ICS3U", "Info")
    assert [activity.slug for activity in course.activities] == ["little-quiz", "double"]


def test_a_course_is_read_from_a_folder_and_from_a_zip(course_tree, tmp_path):
    for path, data in course_tree.items():
        (tmp_path / "c" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "c" / path).write_bytes(data)
    (tmp_path / "c.zip").write_bytes(make_zip(course_tree))

    assert is_course(tmp_path / "c")
    assert not is_course(tmp_path / "c" / "a")
    assert read_course(tmp_path / "c") == read_course(tmp_path / "c.zip") == parse_course(course_tree)


def test_what_the_course_does_not_name_is_left_out_with_a_warning(course_tree):
    course_tree["draft/activity.toml"] = b"not even TOML ="

    course = parse_course(course_tree)

    assert [warning.path for warning in course.warnings] == ["draft"]


def test_warnings_of_activities_name_their_folder(course_tree):
    del course_tree["a/statement.fr.md"]

    assert [warning.path for warning in parse_course(course_tree).warnings] == ["a/statement.fr.md"]


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        (b'["b", "a"]', b'["b", "c"]', "activities", "not known here"),
        (b'["b", "a"]', b'["a", "a"]', "activities", "Two activities"),
        (b'"ICS3U"', b'"ICS 3U"', "code", "A course code"),
        (b"format = 1", b"format = 3", "format", "reads format 1"),
        (b"format = 1", b"format = 1\nlevel = 3", "", "not known here"),
    ],
)
def test_a_mistake_is_named_with_its_field(course_tree, old, new, field, words):
    course_tree["course.toml"] = COURSE.replace(old, new)

    with pytest.raises(ContentError) as caught:
        parse_course(course_tree)

    assert caught.value.field == field
    assert words in str(caught.value)


def test_a_mistake_in_an_activity_names_its_folder(course_tree):
    course_tree["a/activity.toml"] = b"format = 9"

    with pytest.raises(ContentError) as caught:
        parse_course(course_tree)

    assert caught.value.path == "a/activity.toml"


def test_a_folder_without_course_toml_is_a_sentence():
    with pytest.raises(ContentError, match=r"course\.toml: This file is missing"):
        parse_course({})
