"""Every rule of every form, from the classes themselves: what the tests of forms go through."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from typing import Any

from wtforms import Form, HiddenField
from wtforms.fields.core import UnboundField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

import etude
from etude import rules
from etude.forms import BaseForm, SubForm

FORM_MODULES = ("forms", "code_forms", "quiz_forms", "password_fields", "person_fields", "school_fields")


@dataclass(frozen=True)
class Rule:
    """One rule of a form; `told` when the page can check it too."""

    form: str
    field: str
    name: str
    told: bool
    is_hidden: bool = False
    """The field is filled in by the page itself, not by a person."""

    def __str__(self) -> str:
        return f"{self.form}.{self.field}: {self.name}"


def form_classes() -> list[type[Form]]:
    """Return every form of the product; those inside of other forms too."""
    for module in pkgutil.walk_packages(etude.__path__, "etude."):
        if module.name.rpartition(".")[2] in FORM_MODULES:
            importlib.import_module(module.name)
    found, waiting = set(), [BaseForm, SubForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("etude.") and form not in (BaseForm, SubForm):
            found.add(form)
    return sorted(found, key=name_of)


def name_of(form: type[Form]) -> str:
    """Return the short name of a form: its feature's and its own."""
    parts = form.__module__.split(".")
    return f"{parts[-2]}.{form.__name__}"


def rules_of(form: type[Form]) -> list[Rule]:
    """Return the rules of a form: those of its fields, and those written out in it."""
    name = name_of(form)
    found = []
    for field, unbound in inspect.getmembers(form, lambda member: isinstance(member, UnboundField)):
        is_hidden = issubclass(unbound.field_class, HiddenField) or isinstance(
            unbound.kwargs.get("widget"), HiddenInput
        )
        if hasattr(unbound.field_class, "browser_attributes"):
            found.append(Rule(name, field, unbound.field_class.__name__, told=True))
        for rule in _declared(unbound):
            told = isinstance(rule, Optional) or rules.tells(rule) is not None
            found.append(Rule(name, field, getattr(rule, "__name__", type(rule).__name__), told, is_hidden))
    for method, _function in inspect.getmembers(form, inspect.isfunction):
        if method.startswith("validate_") and hasattr(form, method.removeprefix("validate_")):
            found.append(Rule(name, method.removeprefix("validate_"), "validate", told=False))
    if form.validate not in (BaseForm.validate, SubForm.validate):
        found.append(Rule(name, "the whole form", "validate", told=False))
    return found


def _declared(unbound: UnboundField[Any]) -> list[Any]:
    given = unbound.kwargs.get("validators") or (unbound.args[1] if len(unbound.args) > 1 else ())
    return list(given) if isinstance(given, list | tuple) else []
