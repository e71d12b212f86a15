"""Characters that only look right are named where the compiler stumbled, and nowhere else."""

from __future__ import annotations

import pytest

from etude.grading.hints import MAX_HINTS, find_hints
from etude.grading.verdict import CompileLine, HintCode


def error(line: int, file: str = "main.py") -> CompileLine:
    return CompileLine(file=file, line=line, column=1, message="invalid character")


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("print(“x”)", HintCode.CURLY_QUOTE, 7),
        ("x =\u00a01", HintCode.NO_BREAK_SPACE, 4),
        ("x =\u202f1", HintCode.NO_BREAK_SPACE, 4),
        ("x\u200b = 1", HintCode.INVISIBLE_CHARACTER, 2),
        ("x = 3 \u2013 1", HintCode.DASH, 7),
    ],
)
def test_the_first_such_character_of_the_line_is_named(text, code, column):
    (hint,) = find_hints({"main.py": f"# ok\n{text}\n".encode()}, [error(2)])

    assert (hint.code, hint.file, hint.line, hint.column) == (code, "main.py", 2, column)
    assert str(hint.message).startswith("Line 2 ")


def test_lines_without_an_error_keep_their_typographic_quotes():
    text = "print('“bonjour”')\nx = (\n".encode()

    assert find_hints({"main.py": text}, [error(2)]) == ()


def test_errors_outside_the_text_give_no_hint():
    assert find_hints({"main.py": "“".encode()}, [error(0), error(9), error(1, "other.h")]) == ()


def test_a_line_is_named_once():
    assert len(find_hints({"main.py": "““".encode()}, [error(1), error(1)])) == 1


def test_a_text_full_of_them_gives_a_handful_of_hints():
    hints = find_hints({"main.py": "“\n".encode() * 50}, [error(line) for line in range(1, 51)])

    assert len(hints) == MAX_HINTS
