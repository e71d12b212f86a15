from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from etude.forms import BaseForm, FieldError, SubForm, bind_field, is_required, refuse_unstorable, strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


class Leaf(SubForm):
    word = StringField("Word", [InputRequired("Type a word.")])


class Branch(SubForm):
    name = StringField("Name", [Length(max=3, message="Too long.")])
    leaves = FieldList(FormField(Leaf), "Leaves")


class Tree(BaseForm):
    title = StringField("Title", [InputRequired("Type a title."), Regexp(r"^[a-z]+$", message="Small letters.")])
    secret = PasswordField("Secret")
    text = TextAreaField("Text")
    branches = FieldList(FormField(Branch), "Branches", [Length(max=2, message="Two branches at most.")])


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context(method="POST"):
        from flask import g

        g.csrf_valid = True
        yield


def tree(**typed: Any) -> Tree:
    return Tree(formdata=MultiDict({name.replace("__", "-"): value for name, value in typed.items()}))


def test_a_right_form_has_no_errors() -> None:
    form = tree(title="oak", branches__0__name="low", branches__0__leaves__0__word="green")

    assert form.validate()
    assert form.all_errors() == []
    assert form.first_error() == ""


def test_one_line_texts_are_stripped_and_no_others() -> None:
    form = tree(title="  oak ", secret=" s ", text=" x\n", branches__0__name=" b ")

    assert form.title.data == "oak"
    assert form.secret.data == " s "
    assert form.text.data == " x\n"
    assert form.branches[0].form.name.data == "b"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_what_cannot_be_stored_is_refused_in_every_field(text: str) -> None:
    form = tree(title="oak", text=text, branches__0__name=text, branches__0__leaves__0__word="x")

    assert not form.validate()
    assert [error.id for error in form.all_errors()] == ["text", "branches-0-name"]
    assert "cannot be stored" in form.first_error()


def test_errors_are_told_whole_first_then_row_by_row() -> None:
    form = tree(title="", branches__0__name="much", branches__0__leaves__0__word="", branches__1__name="b")
    form.validate()
    form.form_errors = ["Not now."]

    assert form.all_errors() == [
        FieldError("", "", "Not now."),
        FieldError("title", "Title", "Type a title."),
        FieldError("branches-0-name", "Name", "Too long."),
        FieldError("branches-0-leaves-0-word", "Word", "Type a word."),
    ]
    assert form.first_error() == "Not now."


def test_an_error_of_a_list_as_a_whole_is_told() -> None:
    form = tree(title="oak", branches__0__name="a", branches__1__name="b", branches__2__name="c")

    assert not form.validate()
    assert form.all_errors() == [FieldError("branches", "Branches", "Two branches at most.")]


def test_patterns_reach_the_browser_without_anchors() -> None:
    assert 'pattern="[a-z]+"' in tree().title()


def test_a_sub_form_has_no_token_of_its_own() -> None:
    form = tree(branches__0__name="a")

    assert "csrf_token" in form
    assert "csrf_token" not in form.branches[0].form


def test_a_form_filled_with_data_keeps_it_without_the_request() -> None:
    form = Tree(formdata=None, data={"title": "oak", "branches": [{"name": "a", "leaves": [{"word": "w"}]}]})

    assert form.data["branches"] == [{"name": "a", "leaves": [{"word": "w"}]}]


def test_required_fields_are_known() -> None:
    assert is_required(tree().title)
    assert not is_required(tree().text)


def test_attributes_of_the_field_win_over_those_that_are_added() -> None:
    class Own(BaseForm):
        number = StringField("Number", [Regexp(r"^\d$"), NumberRange()], render_kw={"pattern": "own"})

    assert 'pattern="own"' in Own().number()


def test_helpers_leave_alone_what_is_no_text() -> None:
    form = tree()

    assert strip(None) is None
    assert refuse_unstorable(form, form.branches) is None
    assert bind_field(form, StringField("X"), {"name": "x", "_meta": form.meta}).filters == (strip,)
