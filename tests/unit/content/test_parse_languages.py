"""What an activity asks of each programming language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError, LanguageSettings, activity_tree, build_job, build_run_job, parse_activity

SETTINGS = """languages = ["python", "cpp", "java"]

[language.cpp]
version = "gnu++14"

[language.java]
time_factor = 2
memory_factor = 1.5

[language.python]
cold = true
"""


@pytest.fixture
def parse_with(code_tree, change):
    return lambda text: parse_activity(change(code_tree, 'languages = ["python"]\n', text))


def test_settings_are_read_and_written_the_same(parse_with):
    content = parse_with(SETTINGS)

    written = activity_tree(content)

    assert content.language_settings == {
        "cpp": LanguageSettings(version="gnu++14"),
        "java": LanguageSettings(time_factor=Decimal(2), memory_factor=Decimal("1.5")),
        "python": LanguageSettings(cold=True),
    }
    assert parse_activity(written) == content
    assert activity_tree(parse_activity(written)) == written
    assert SETTINGS.partition("\n\n")[2] in written["activity.toml"].decode()


@pytest.mark.parametrize("text", ["", "[language.python]\n", '[language.cpp]\nversion = "gnu++20"\ntime_factor = 1\n'])
def test_what_is_as_usual_leaves_no_trace(parse_with, text):
    content = parse_with('languages = ["python", "cpp"]\n' + text)

    assert content.language_settings == {}
    assert b"[language" not in activity_tree(content)["activity.toml"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[language.cobol]\n", "language"),
        ("[language.java]\n", "language"),
        ('[language.cpp]\nversion = "c++98"\n', "language.cpp.version"),
        ('[language.python]\nversion = "2"\n', "language.python.version"),
        ("[language.cpp]\ncold = true\n", "language.cpp.cold"),
        ("[language.cpp]\ntime_factor = 0\n", "language.cpp.time_factor"),
        ("[language.cpp]\nmemory_factor = 21\n", "language.cpp.memory_factor"),
        ("[language.cpp]\nspeed = 1\n", "language.cpp"),
        ("[language]\ncpp = 1\n", "language.cpp"),
    ],
)
def test_a_mistake_names_its_field(parse_with, text, field):
    with pytest.raises(ContentError) as caught:
        parse_with('languages = ["python", "cpp"]\n' + text)

    assert caught.value.field.startswith(field)


def test_the_job_of_an_answer_has_what_its_language_asks_for(parse_with):
    content = parse_with(SETTINGS)

    java, cpp, python = (
        build_job(content, name, {"x": b""}, course_language="en") for name in ("java", "cpp", "python")
    )

    assert (java.limits.cpu_time_s, java.limits.memory_bytes) == (3.0, 96 << 20)
    assert (cpp.version, cpp.limits.cpu_time_s, cpp.is_cold) == ("gnu++14", 1.5, False)
    assert (python.version, python.is_cold) == ("", True)


def test_the_run_of_the_page_has_the_same(parse_with):
    content = parse_with(SETTINGS)

    run = build_run_job(content, "cpp", {"main.cpp": b""}, stdin=b"", course_language="fr")

    assert run.version == "gnu++14"


def test_a_factor_carries_no_limit_beyond_what_the_engine_takes(parse_with, change, code_tree):
    tree = change(code_tree, "time_s = 1.5\nmemory_mb = 64", "time_s = 100\nwall_time_s = 100\nmemory_mb = 17")
    small = parse_activity(
        change(
            tree,
            'languages = ["python"]\n',
            'languages = ["python"]\n[language.python]\ntime_factor = 20\nmemory_factor = 0.1\n',
        )
    )

    limits = build_job(small, "python", {"main.py": b""}, course_language="fr").limits

    assert (limits.cpu_time_s, limits.effective_wall_time_s, limits.memory_bytes) == (300, 2000, 16 << 20)
