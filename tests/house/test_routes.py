"""Every route carries a guard, every route reads forms through WTForms, and a stranger is refused by every one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from etude.app import find_blueprints
from tests import factories
from tests.house.source import Module, modules

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ROUTE_MODULES = [module for module in modules() if module.path.name.endswith("_routes.py")]
MAX_ROUTE_LINES = 30


def _views(app: Flask) -> dict[str, object]:
    return {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}


def test_every_route_is_guarded_or_declared_public(app: Flask) -> None:
    silent = [
        name for name, view in _views(app).items() if not (hasattr(view, "permission") or hasattr(view, "is_public"))
    ]

    assert not silent


@pytest.mark.parametrize("module", ROUTE_MODULES, ids=lambda m: m.name)
def test_no_route_reads_what_was_sent_past_the_forms(module: Module) -> None:
    assert not re.search(r"request\.(form|values|files|get_json|json|data)\b", module.text)


@pytest.mark.parametrize("module", ROUTE_MODULES, ids=lambda m: m.name)
def test_no_route_writes_to_the_database(module: Module) -> None:
    assert not re.search(r"session\.(begin|add|delete|execute|flush|commit)\b", module.text)


def test_every_feature_has_its_own_blueprint_name() -> None:
    names = [blueprint.name for blueprint in find_blueprints()]

    assert len(names) == len(set(names))


ARGUMENTS = {
    "which": "theirs",
    "kind": "code",
    "purpose": "reset",
    "name": "x",
    "token": "x",
    "slug": "x",
    "code": "x",
    "sha256": "0" * 64,
}


def _address(app: Flask, rule: object, people: factories.People) -> str:
    values: dict[str, object] = {}
    for argument in rule.arguments:
        values[argument] = people.course if argument == "course_id" else ARGUMENTS.get(argument, 1)
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def _guarded(app: Flask) -> list[tuple[str, object]]:
    found = []
    for rule in app.url_map.iter_rules():
        if hasattr(app.view_functions[rule.endpoint], "permission"):
            found.extend((method, rule) for method in sorted(rule.methods - {"HEAD", "OPTIONS"}))
    return found


def test_nobody_signed_in_is_let_into_no_guarded_route(
    app: Flask, client: FlaskClient, people: factories.People
) -> None:
    token = factories.csrf(client)

    let_in = []
    for method, rule in _guarded(app):
        answer = client.open(_address(app, rule, people), method=method, headers={"X-CSRFToken": token})
        if answer.status_code not in (302, 401) or (
            answer.status_code == 302 and "/auth/sign-in" not in answer.location
        ):
            let_in.append((method, rule.rule, answer.status_code))

    assert not let_in


OPEN_TO_EVERY_ACCOUNT = "account:self:use"


def test_cy_is_refused_by_every_route_of_a_course_and_of_the_school(
    app: Flask, as_outsider: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        activity = factories.activity()
        factories.assignment(people.course, activity.id)
        factories.section(people.course)
    token = factories.csrf(as_outsider, "/auth/profile")

    let_in = []
    for method, rule in _guarded(app):
        if app.view_functions[rule.endpoint].permission == OPEN_TO_EVERY_ACCOUNT:
            continue
        answer = as_outsider.open(_address(app, rule, people), method=method, headers={"X-CSRFToken": token})
        if answer.status_code not in (403, 404):
            let_in.append((method, rule.rule, answer.status_code))

    assert not let_in
