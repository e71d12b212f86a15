"""What the rules of a form tell the browser, and what they refuse by themselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, EqualTo, InputRequired, Length, NumberRange, Optional, Regexp

from etude.forms import BaseForm
from etude.rules import After, NeededWith, NotBefore, OrElse, html_pattern, tells, written_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


class Plan(BaseForm):
    name = StringField("Name", [InputRequired("Type a name."), Length(max=3)])
    text = TextAreaField(
        "Text", [OrElse("name", "Write a text or a name."), Length(min=2, message="%(length)s of %(min)d")]
    )
    secret = PasswordField("Secret", [InputRequired()])
    again = PasswordField("Again", [EqualTo("secret", "Not the same.")])
    mail = StringField("Mail", [Optional(), Email("No address.")])
    code = StringField("Code", [Optional(), Regexp(r"^[a-z]\Z", message="One letter.")])
    count = IntegerField("Count", [Optional(), NumberRange(1, 9)])
    most = IntegerField("Most", [Optional(), NumberRange(max=9, message="At most %(max)s.")])
    first = DateField("First", [Optional()])
    last = DateField("Last", [Optional(), After("first", "Too early.")])
    close = DateField("Close", [Optional(), NotBefore("last", "Before the last.")])
    sort = SelectField("Sort", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    reason = StringField("Reason", [NeededWith("sort", "b", "Why B?")])


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context(method="POST"):
        from flask import g

        g.csrf_valid = True
        yield


RIGHT = {"name": "oak", "secret": "s", "again": "s", "sort": "a", "text": "xy"}


def plan(**typed: str) -> Plan:
    return Plan(formdata=MultiDict({**RIGHT, **typed}))


def sentences(**typed: str) -> dict[str, Any]:
    form = plan(**typed)
    form.validate()
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_a_form_that_keeps_its_rules_has_no_sentence() -> None:
    assert sentences(first="2026-01-01", last="2026-01-02", close="2026-01-02", count="9", reason="") == {}


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("name", {"data-message-value-missing": "Type a name."}),
        ("text", {"data-or-else": "name", "data-message-too-short": "{length} of 2"}),
        ("again", {"data-same-as": "secret", "data-message-same-as": "Not the same."}),
        ("mail", {"data-message-type-mismatch": "No address."}),
        ("code", {"pattern": "[a-z]", "data-message-pattern-mismatch": "One letter."}),
        ("count", {"data-message-range-overflow": "Type a number from 1 to 9."}),
        ("most", {"data-message-range-overflow": "At most 9."}),
        ("last", {"data-after": "first", "data-message-after": "Too early."}),
        ("close", {"data-not-before": "last", "data-message-not-before": "Before the last."}),
        ("reason", {"data-needed-with": "sort b", "data-message-needed-with": "Why B?"}),
    ],
)
def test_each_rule_reaches_the_browser_with_its_sentence(field: str, told: dict[str, str]) -> None:
    attributes = plan()[field].render_kw

    assert told.items() <= attributes.items()


def test_a_rule_that_only_the_server_knows_tells_nothing() -> None:
    assert tells(lambda _form, _field: None) is None


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Type a name."),
        ({"name": "   "}, "name", "Type a name."),
        ({"name": "birch"}, "name", "Write at most 3 characters."),
        ({"name": "", "text": " "}, "text", "Write a text or a name."),
        ({"text": "x"}, "text", "1 of 2"),
        ({"secret": "", "again": ""}, "secret", "Fill in this field."),
        ({"again": "t"}, "again", "Not the same."),
        ({"count": "10"}, "count", "Type a number from 1 to 9."),
        ({"most": "10"}, "most", "At most 9."),
        ({"first": "2026-01-02", "last": "2026-01-02"}, "last", "Too early."),
        ({"last": "2026-01-02", "close": "2026-01-01"}, "close", "Before the last."),
        ({"sort": "b", "reason": ""}, "reason", "Why B?"),
        ({"sort": "c"}, "sort", "This choice is not one of those offered. Reload the page."),
    ],
)
def test_each_rule_refuses_with_its_sentence_alone(typed: dict[str, str], field: str, sentence: str) -> None:
    assert sentences(**typed)[field] == [sentence]


def test_what_cannot_be_read_is_told_without_a_second_sentence() -> None:
    assert sentences(count="ten") == {"count": ["Type a whole number."]}


def test_a_password_may_be_made_of_spaces() -> None:
    assert "secret" not in sentences(secret="        ", again="        ")


def test_sentences_of_wtforms_come_in_the_language_of_the_page() -> None:
    with force_locale("fr"):
        found = sentences(name="birch", count="10", sort="c")

    assert found["name"] == ["Écrivez au plus 3 caractères."]
    assert "1 à 9" in found["count"][0]
    assert "choix" in found["sort"][0]


def test_dates_are_compared_as_they_are() -> None:
    rule = After("first", "Too early.")

    assert rule.is_kept(date(2026, 1, 2), date(2026, 1, 1))
    assert rule.is_kept(None, date(2026, 1, 1))
    assert not rule.is_kept(date(2026, 1, 1), date(2026, 1, 1))


def test_a_written_number_names_its_language_and_its_bounds() -> None:
    told = written_number("No number.", "fr", (0, 10, "From 0 to 10."))

    assert told["data-number"] == "written fr"
    assert told["data-between"] == "0 10"
    assert "data-between" not in written_number("No number.", "fr")


def test_patterns_lose_the_anchors_that_html_does_not_want() -> None:
    assert html_pattern(r"^[a-z]+\Z") == "[a-z]+"
    assert html_pattern("^[a-z]+$") == "[a-z]+"
