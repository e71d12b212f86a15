from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import etude.content
from etude.content import ContentError, ContentWarning
from etude.content.errors import unknown_name

SOURCES = sorted(Path(etude.content.__file__).parent.glob("*.py"))


def test_a_mistake_says_where_and_what():
    error = ContentError("activity.toml", "points", "More than %(most)s.", {"most": 3})

    assert str(error) == "activity.toml: points: More than 3."
    assert str(error.inside("hello")) == "hello/activity.toml: points: More than 3."


def test_a_warning_says_where_and_what():
    assert str(ContentWarning(path="a.md", sentence="Left out.")) == "a.md: Left out."


def test_an_unknown_name_names_the_nearest_or_else_all():
    assert "Is “points” meant?" in str(unknown_name("a", "b", "piont", ["points", "kind"]))
    assert "What can stand here: kind, points." in str(unknown_name("a", "b", "zzz", ["points", "kind"]))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_sentence_for_people_is_marked_for_translation(path):
    """A sentence that a ContentError, a warning or a refusal says must reach the catalogue: it stands inside _()."""
    tree = ast.parse(path.read_text())

    marked = {
        id(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"
    }
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    sentences = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in marked | docs
        and re.search(r"^[A-Z“].* .*[.?]$", node.value)
    ]

    assert sentences == []
