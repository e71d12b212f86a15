"""Small activities as trees of files, and a way to spoil them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.content import ActivityContent, ContentError, parse_activity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CODE = """
format = 1
slug = "double"
kind = "code"
title = { fr = "Le double", en = "Twice" }
points = 4
languages = ["python"]

[limits]
time_s = 1.5
memory_mb = 64

[[test_group]]
name = "examples"
visibility = "sample"

[[test_group.test]]
name = "two"
input = "2\\n"
output = "4\\n"

[[test_group]]
name = "rest"
points = 4
scoring = "sum"

[[hint]]
fr = "Multipliez."
en = "Multiply."
"""

QUIZ = """
format = 1
slug = "little-quiz"
kind = "quiz"
title = { fr = "Quiz", en = "Quiz" }

[[question]]
id = "one"
type = "single"
text = { fr = "Un ?", en = "One?" }
choices = [{ text = "1", correct = true }, { text = "2", feedback = { fr = "Non.", en = "No." } }]

[[question]]
id = "many"
type = "multiple"
points = 2
text = "2, 3?"
choices = [{ text = "2", correct = true }, { text = "3", correct = true }, { text = "4" }]

[[question]]
id = "size"
type = "number"
text = "Pi?"
answer = 3.14
tolerance = 0.01

[[question]]
id = "word"
type = "text"
text = "?"
accepted = { fr = ["été"], en = ["summer"] }
"""

UPLOAD = """
format = 1
slug = "drawing"
kind = "upload"
title = { fr = "Dessin", en = "Drawing" }
points = 5

[upload]
extensions = ["png", ".PDF"]
max_files = 2
max_file_mb = 0.5
"""

STATEMENTS = {"statement.fr.md": b"Bonjour\n", "statement.en.md": b"Hello\n"}
Tree = dict[str, bytes]


def _tree(toml: str, files: Mapping[str, bytes]) -> Tree:
    return {"activity.toml": toml.encode(), **STATEMENTS, **files}


@pytest.fixture
def code_tree() -> Tree:
    files = {
        "tests/rest/2.in": b"7\n",
        "tests/rest/2.ans": b"14\n",
        "tests/rest/10.in": b"-1\n",
        "tests/rest/10.ans": b"-2\n",
        "starter/python.fr/double.py": b"# a vous\n",
        "starter/python.en/twice.py": b"# your turn\n",
        "solutions/accepted/twice.py": b"print(2 * int(input()))\n",
        "solutions/wrong_answer/square.py": b"print(int(input()) ** 2)\n",
        "files/picture.png": b"\x89PNG\0",
    }
    return _tree(CODE, files)


@pytest.fixture
def quiz_tree() -> Tree:
    answers = b'score = 5\n[answers]\none = "a"\nmany = ["a", "b"]\nsize = 3.14\nword = "SUMMER"\n'
    return _tree(QUIZ, {"solutions/accepted/answers.en.toml": answers})


@pytest.fixture
def upload_tree() -> Tree:
    files = {"solutions/allowed/a.png": b"\x89PNG\r\n\x1a\n..", "solutions/refused/a.pdf": b"<html>"}
    return _tree(UPLOAD, files)


@pytest.fixture
def refusal() -> Callable[[Tree], ContentError]:
    """The mistake for which a tree is refused."""

    def refused(tree: Tree) -> ContentError:
        with pytest.raises(ContentError) as caught:
            parse_activity(tree)
        assert str(caught.value)  # every sentence finds its values
        return caught.value

    return refused


@pytest.fixture
def change() -> Callable[[Tree, str, str], Tree]:
    """The same tree with one piece of its activity.toml replaced."""

    def changed(tree: Tree, old: str, new: str) -> Tree:
        toml = tree["activity.toml"].decode()
        assert old in toml
        return {**tree, "activity.toml": toml.replace(old, new, 1).encode()}

    return changed


@pytest.fixture
def code_activity(code_tree: Tree) -> ActivityContent:
    return parse_activity(code_tree)


@pytest.fixture
def quiz_activity(quiz_tree: Tree) -> ActivityContent:
    return parse_activity(quiz_tree)
