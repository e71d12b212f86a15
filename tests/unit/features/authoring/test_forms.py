from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from flask import render_template_string
from wtforms.validators import StopValidation

from etude.content import ActivityChecker, ContentError, LanguageSettings, digest
from etude.features.authoring import blame, code_values, editing
from etude.features.authoring.code_forms import checker_choices, language_choices, verdict_choices
from etude.features.authoring.fields import NumberIn, read_number
from etude.grading import toolchains
from tests.authoring import SAMPLE, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

SLUGS = sorted(path.name for path in SAMPLE.iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context(method="POST"):
        from flask import g

        g.csrf_valid = True
        yield


def again(content: editing.ActivityContent, **changes: object) -> editing.ActivityContent | None:
    """Show a content, change some values, read it back."""
    values = editing.prune(content.kind, {**editing.show(content), **changes})
    return editing.read_form(editing.make_form(content.kind, values), content)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_shown_and_read_back_is_the_same(slug: str) -> None:
    assert digest(again(sample(slug))) == digest(sample(slug))


@pytest.mark.parametrize("kind", ["code", "quiz", "upload"])
def test_a_blank_form_is_refused_at_its_first_fields(kind: str) -> None:
    form = editing.make_form(kind, editing.prune(kind, dict(editing.new_form(kind).data)))

    assert editing.read_form(form, editing.blank_content(kind)) is None
    assert {error.id for error in form.all_errors()} >= {"slug", "title_fr", "statement_fr"}


@pytest.mark.parametrize(
    ("checker", "changes"),
    [
        (ActivityChecker(name="lines", options={"spaces": "exact"}), {"checker": "lines", "spaces": "exact"}),
        (
            ActivityChecker(name="floats", options={"absolute_tolerance": Decimal("0.01")}),
            {"checker": "floats", "absolute_tolerance": "0,01", "relative_tolerance": "0.000001"},
        ),
        (ActivityChecker(name="tokens", options={"case_sensitive": False}), {"any_case": True}),
        (ActivityChecker(name="exact"), {"checker": "exact", "any_case": True, "spaces": "exact"}),
    ],
)
def test_a_checker_has_only_its_own_options_and_none_at_its_default(
    checker: ActivityChecker, changes: dict[str, object]
) -> None:
    assert again(sample("hello"), **changes).checker == checker


def test_texts_that_are_too_long_for_a_form_are_kept() -> None:
    content = sample("hello")
    group = content.groups[0]
    long = replace(group.tests[0], stdin={"": b"1\n" * 20_000}, expected={"": b"\xff\n"})
    content = replace(content, groups=(replace(group, tests=(long, *group.tests[1:])), *content.groups[1:]))

    kept = again(content, title_en="Changed")

    assert (group.name, long.name) in editing.kept(content).tests
    assert kept.groups[0].tests[0].stdin == long.stdin
    assert kept.title["en"] == "Changed"


def test_tests_beyond_what_a_page_can_show_are_kept() -> None:
    content = sample("duration")
    group = content.groups[0]
    tests = tuple(replace(group.tests[0], name=str(number), stdin={"": b"1\n"}) for number in range(1, 151))
    content = replace(content, groups=(replace(group, tests=tests), *content.groups[1:]))

    kept = editing.kept(content).tests
    values = editing.show(content)

    assert len([name for group_name, name in kept if group_name == group.name]) == 30
    assert values["groups"][0]["tests"][149].get("stdin") is None
    assert again(content, title_en="Changed").groups == content.groups


def test_program_files_are_chosen_by_course_language() -> None:
    content = replace(sample("hello"), files={"a.txt": b"a\n", "b.txt": b"b\n"}, program_files={"": ("b.txt",)})
    values = editing.show(content)
    values["files"][0]["beside_fr"] = True

    assert [row["beside_fr"] for row in editing.show(content)["files"]] == [False, True]
    assert again(content, files=values["files"]).program_files == {"fr": ("a.txt", "b.txt"), "en": ("b.txt",)}


@pytest.mark.parametrize(
    ("slug", "path", "field", "place"),
    [
        ("hello", "activity.toml", "slug", "slug"),
        ("hello", "activity.toml", "title.en", "title_en"),
        ("hello", "activity.toml", "title", "title_fr"),
        ("hello", "activity.toml", "limits.time_s", "time_s"),
        ("hello", "activity.toml", "checker.name", "checker"),
        ("hello", "activity.toml", "languages", "languages"),
        ("hello", "activity.toml", "hint[2].en", "hints-1-en"),
        ("hello", "activity.toml", "test_group", "groups"),
        ("hello", "activity.toml", "test_group[2].points", "groups-1-points"),
        ("hello", "activity.toml", "test_group[2].test[1].name", "groups-1-tests-0-name"),
        ("hello", "activity.toml", "test_group[2].test[1]", "groups-1-tests-0-name"),
        ("hello", "activity.toml", "expectations[1]", "expectations"),
        ("hello", "tests/first-names/2", "", "groups-1-tests-1-name"),
        ("hello", "tests/first-names/2.fr.in", "", "groups-1-tests-1-name"),
        ("hello", "tests/first-names", "", "groups-1-name"),
        ("hello", "starter/python.fr/bonjour.py", "", None),
        ("hello", "solutions/accepted/hello.en.py", "", None),
        ("hello", "statement.en.md", "", "statement_en"),
        ("quiz-basics", "activity.toml", "question[1].choices[2].text.fr", "questions-0-choices-1-text_fr"),
        ("quiz-basics", "activity.toml", "question[1].choices", "questions-0-choices"),
        ("quiz-basics", "activity.toml", "question[2].id", "questions-1-name"),
        ("flowchart", "activity.toml", "upload.extensions", "extensions"),
        ("flowchart", "activity.toml", "points", "points"),
    ],
)
def test_a_mistake_is_put_at_its_field(slug: str, path: str, field: str, place: str | None) -> None:
    form = editing.edit_form(sample(slug), 1)

    blame.put_error(form, ContentError(path, field, "Wrong."))

    (error,) = form.all_errors()
    assert error.sentence == "Wrong."
    assert error.id == place if place else error.id.startswith(("starters-", "solutions-"))


@pytest.mark.parametrize(
    ("path", "field"), [("", ""), ("files/none.txt", ""), ("activity.toml", "unknown"), ("tests/x", "")]
)
def test_a_mistake_without_a_field_stands_in_the_summary(path: str, field: str) -> None:
    form = editing.edit_form(sample("hello"), 1)

    blame.put_error(form, ContentError(path, field, "Wrong."))

    (error,) = form.all_errors()
    assert error.id == ""
    assert error.sentence.endswith("Wrong.")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        (" ", None),
        ("2", Decimal(2)),
        ("0,5", Decimal("0.5")),
        ("1 000", Decimal(1000)),
        ("-3", Decimal(-3)),
    ],
)
def test_numbers_are_typed_with_a_comma_or_a_dot(text: str, number: Decimal | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["x", "1_0", "NaN", "inf", "\u0661", "1" * 40, "1,2,3"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_number(text)


def test_numbers_have_bounds() -> None:
    class Typed:
        data = "11"

    with pytest.raises(StopValidation, match="from 0 to 10"):
        NumberIn(0, 10)(None, Typed())
    Typed.data = "1.5"
    with pytest.raises(StopValidation, match="whole"):
        NumberIn(0, 10, whole=True)(None, Typed())
    NumberIn(0, 10)(None, Typed())


def test_choices_have_words() -> None:
    assert checker_choices()[0].value == "tokens"
    assert "accepted" in verdict_choices()


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("", 0), ("x", 0), ("-1", 0), ("9" * 20, 0)])
def test_the_version_a_form_began_from_is_read(text: str, number: int) -> None:
    assert editing.started_from({"started_from": text}) == number


def test_no_single_box_of_the_languages_must_be_ticked() -> None:
    form = editing.make_form("code", {"languages": []})

    page = render_template_string(
        "{% from 'components/field.html' import field %}{{ field(form.languages) }}", form=form
    )

    assert " required" not in page
    assert "data-least-one data-message-value-missing=" in page
    assert not form.validate()
    assert "languages" in {error.id for error in form.all_errors()}


def test_a_missing_language_is_shown_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    labels = {choice.value: str(choice.label) for choice in language_choices()}

    assert labels["python"] == "Python 3"
    assert labels["java"] == "Java – missing on this machine: apt install default-jdk-headless"


def test_what_an_activity_asks_of_a_language_stays_as_long_as_the_language() -> None:
    settings = {"cpp": LanguageSettings(version="gnu++14"), "python": LanguageSettings(cold=True)}
    content = replace(sample("hello"), languages=("python", "cpp"), language_settings=settings)

    same = again(content)
    fewer = code_values.read_code(content, {**editing.show(content), "languages": ["python"]})

    assert same is not None
    assert same.language_settings == settings
    assert fewer.language_settings == {"python": LanguageSettings(cold=True)}


def settings_of(content: editing.ActivityContent, language: str, **changes: object) -> list[dict[str, object]]:
    """The rows of the form with changes in one language's."""
    rows = editing.show(content)["settings"]
    return [{**row, **changes} if row["language"] == language else row for row in rows]


def test_version_factors_and_cold_start_are_typed_for_each_language() -> None:
    content = replace(sample("hello"), languages=("python", "cpp"))
    rows = settings_of(content, "cpp", version="gnu++14", time_factor="1,5", memory_factor="2")
    rows = [{**row, "cold": row["language"] == "python"} for row in rows]

    changed = again(content, settings=rows)

    assert changed is not None
    assert changed.language_settings == {
        "python": LanguageSettings(cold=True),
        "cpp": LanguageSettings(version="gnu++14", time_factor=Decimal("1.5"), memory_factor=Decimal(2)),
    }


@pytest.mark.parametrize(
    ("field", "typed"), [("time_factor", "0.05"), ("memory_factor", "21"), ("time_factor", "x"), ("version", "c++89")]
)
def test_a_wrong_setting_is_said_at_its_field(field: str, typed: str) -> None:
    content = replace(sample("hello"), languages=("python", "cpp"))
    form = editing.make_form(
        "code", {**editing.show(content), "settings": settings_of(content, "cpp", **{field: typed})}
    )

    assert editing.read_form(form, content) is None
    (error,) = form.all_errors()
    assert error.id.startswith("settings-")
    assert error.id.endswith(f"-{field}")


def test_what_stands_in_the_row_of_a_language_that_is_not_chosen_is_neither_checked_nor_stored() -> None:
    content = replace(sample("hello"), languages=("python", "cpp"))

    kept = again(content, settings=settings_of(content, "java", time_factor="never"))

    assert kept is not None
    assert kept.language_settings == {}


def test_a_row_that_was_not_sent_or_that_no_page_of_ours_sends_does_no_harm() -> None:
    content = replace(sample("hello"), languages=("python", "cpp"))

    kept = again(content, settings=[{"language": "cobol", "version": "60"}, {}])

    assert kept is not None
    assert kept.language_settings == {}


def test_a_mistake_in_the_settings_of_a_language_stands_at_its_row() -> None:
    form = editing.make_form("code", editing.show(sample("hello")))
    error = ContentError("activity.toml", "language.python.cold", "Wrong.")

    blame.put_error(form, error)

    (told,) = form.all_errors()
    assert told.id.endswith("-cold")
