"""One declaration gives both checks: every rule of a form is told to the browser, or it is said here why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.forms import NO_INPUTS, ONCE, PLACES
from tests.house.form_rules import form_classes, name_of, rules_of

if TYPE_CHECKING:
    from flask import Flask

KEPT_BY_THE_SERVER = {
    "audit_log.FilterForm.since: validate": "a day: the browser’s own field lets nothing else be chosen",
    "audit_log.FilterForm.until: validate": "a day",
    "audit_log.FilterForm.target_id: validate": "depends on the list beside it",
    "activities.TypedForm.text: _refuse_long_input": "counted in bytes; the terminal sends less at once",
    "activities.RunForm.stdin: _refuse_long_input": "counted in bytes as they are stored; the page sends it as JSON",
    "auth.ChangePasswordForm.password: validate": "the common passwords are 10,000 words; its length is told",
    "auth.CreateAdminForm.password: validate": "as above",
    "code.CodeForm.language: validate": "the page offers the activity’s languages and no others",
    "code.CodeForm.the whole form: validate": "the program is in the editor; the sentence comes into the page",
    "courses.AssignmentForm.is_visible: validate": "what the worker found while the page was open",
    "demos.PaceForm.pace: AnyOf": "a list to choose from; the page sends it as JSON",
    "progress.MarkForm.is_completed: AnyOf": "two buttons: their values are the page’s",
    "reviews.ReviewForm.points: validate": "told with the assignment’s own bounds when the form is made",
    "roster.ClaimForm.password: validate": "as above",
    "upload.UploadForm.files: validate": "what a file holds is seen by the server; kind and size are told by upload.js",
    "upload.UploadForm.the whole form: validate": "forgets the files of a form that is wrong elsewhere",
    "web.NewPasswordForm.password: validate": "as above",
    **{
        f"code.CodeForm.code{number}: refuse_long": "counted in bytes as they are stored; the editor holds it"
        for number in ("", *(f"_{n}" for n in range(1, 10)))
    },
}


@pytest.fixture(autouse=True)
def _request(app: Flask) -> object:
    with app.test_request_context():
        yield


def test_every_rule_is_told_to_the_browser_or_says_why_not() -> None:
    alone = {str(rule) for form in form_classes() for rule in rules_of(form) if not rule.told}

    assert sorted(alone - set(KEPT_BY_THE_SERVER)) == [], "rules that only the server keeps"
    assert sorted(set(KEPT_BY_THE_SERVER) - alone) == [], "rules that are gone"


def test_every_form_with_rules_is_broken_in_a_browser() -> None:
    placed = {name for place in (*PLACES, *ONCE) for name in place.forms}
    with_rules = {
        name_of(form)
        for form in form_classes()
        if any(rule.told and not rule.is_hidden and rule.name != "Optional" for rule in rules_of(form))
    }

    assert sorted(with_rules - placed - set(NO_INPUTS)) == [], "forms that no browser test breaks"
    assert sorted((placed | set(NO_INPUTS)) - {name_of(form) for form in form_classes()}) == [], "forms that are gone"


def test_a_rule_that_is_told_to_nobody_would_be_found() -> None:
    rules = [rule for form in form_classes() for rule in rules_of(form)]

    assert len([rule for rule in rules if rule.told]) > 150
    assert {rule.form for rule in rules if not rule.told} >= {"reviews.ReviewForm", "code.CodeForm"}
