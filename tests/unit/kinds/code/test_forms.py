from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests import classroom

from etude.grading import toolchains
from etude.kinds.code.forms import CodeForm, field_name, file_names, make_form, offered

if TYPE_CHECKING:
    from flask import Flask

HEADER = {"main.c": b'#include "twice.h"\n', "twice.h": b"int twice(int);\n", "twice.c": b""}


def sent(app: Flask, data: dict[str, str], **changes: object) -> CodeForm:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data={"once": "x" * 20, **data}):
        form = make_form(classroom.content(**changes), "en")
        form.validate_on_submit()
        return form


def test_program_is_read_with_unix_line_ends(app: Flask) -> None:
    form = sent(app, {"language": "python", "code": "a\r\nb\rc\n"})

    assert not form.errors
    assert form.files() == {"main.py": "a\nb\nc\n"}


def test_starter_of_several_files_asks_for_each_and_names_the_program_first(app: Flask) -> None:
    starter = {"c": {"": HEADER}}
    form = sent(app, {"language": "c", "code": "1", "code_1": "2", "code_2": "3"}, starter=starter)

    assert form.files() == {"main.c": "1", "twice.c": "2", "twice.h": "3"}


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        ({"language": "python", "code": " \n"}, "code", "no program here yet"),
        ({"language": "python", "code": "é" * (129 << 10)}, "code", "256 KB"),
        ({"language": "cobol", "code": "x"}, "language", "does not take"),
        ({"language": "python", "code": "x", "once": ""}, "once", "Reload"),
    ],
)
def test_bad_program_has_its_sentence_at_its_field(app: Flask, data: dict[str, str], name: str, sentence: str) -> None:
    form = sent(app, data)

    assert sentence in str(form[name].errors[0])


def test_files_that_are_too_long_together_are_refused(app: Flask) -> None:
    starter = {"c": {"": {f"{name}.c": b"" for name in "abcde"}}}
    texts = {field_name(index): "x" * (250 << 10) for index in range(5)}

    form = sent(app, {"language": "c", **texts}, starter=starter)

    assert "1 MB together" in str(form.code.errors[0])


@pytest.mark.compilers
def test_only_languages_that_the_engine_knows_are_offered() -> None:
    content = classroom.content(languages=("python", "cobol", "c"))

    assert offered(content) == ["python", "c"]
    assert file_names(content, "c", "en") == ["main.c"]


def test_a_language_without_its_compiler_is_not_offered_and_not_taken(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")
    content = classroom.content(languages=("c", "python"))

    form = sent(app, {"language": "c", "code": "int main(void) {}"}, languages=("c", "python"))

    assert offered(content) == ["python"]
    assert "does not take" in str(form.language.errors[0])
