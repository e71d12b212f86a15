"""Name the characters that only look right (curly quotes, no-break spaces…) where a compiler stumbled over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.grading.messages import Message, _
from etude.grading.verdict import CompileLine, Hint, HintCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_HINTS = 10

_CHARACTERS: dict[str, HintCode] = {
    **dict.fromkeys(
        "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u00b4", HintCode.CURLY_QUOTE
    ),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u3000", HintCode.NO_BREAK_SPACE),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", HintCode.INVISIBLE_CHARACTER),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", HintCode.DASH),
}
_SENTENCES: dict[HintCode, str] = {
    HintCode.CURLY_QUOTE: _("Line %(line)s has the typographic quote %(character)s; a program needs the straight one."),
    HintCode.NO_BREAK_SPACE: _("Line %(line)s has a no-break space; a program needs an ordinary space."),
    HintCode.INVISIBLE_CHARACTER: _("Line %(line)s has an invisible character; delete it and type the line again."),
    HintCode.DASH: _("Line %(line)s has the dash %(character)s; a program needs the minus sign of the keyboard."),
}


def find_hints(files: Mapping[str, bytes], errors: Iterable[CompileLine]) -> tuple[Hint, ...]:
    """Return a hint for the first such character of each line that has an error: at most MAX_HINTS.

    Lines without an error are left alone: there such a character stands in a text or a comment, where it is welcome.
    """
    hints: dict[tuple[str, int], Hint] = {}
    texts = {name: data.decode("utf-8", "replace").split("\n") for name, data in files.items()}
    for error in errors:
        lines = texts.get(error.file, [])
        if len(hints) < MAX_HINTS and 0 < error.line <= len(lines) and (error.file, error.line) not in hints:
            hint = _first_hint(error, lines[error.line - 1])
            if hint is not None:
                hints[error.file, error.line] = hint
    return tuple(hints.values())


def _first_hint(error: CompileLine, text: str) -> Hint | None:
    for column, character in enumerate(text, start=1):
        code = _CHARACTERS.get(character)
        if code is not None:
            message = Message(_SENTENCES[code], {"line": error.line, "character": character})
            return Hint(
                code=code, file=error.file, line=error.line, column=column, character=character, message=message
            )
    return None
