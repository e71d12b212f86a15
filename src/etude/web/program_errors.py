"""The errors of students' programs in a beginner's words, the raw ones kept beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import gettext as _

from etude.grading import explanations
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Mapping


class Said(NamedTuple):
    """What is said of an error. `raw`: the words of the language and where; "" where `sentence` has them already."""

    sentence: str
    raw: str = ""


def of_run(language: str, message: str, values: Mapping[str, Any]) -> Said:
    """Return what to say of a program that ended badly, from the stored sentence and its values."""
    raw = translate(message, values) if message else ""
    words = in_words(language, str(values.get("error") or ""))
    if not words:
        return Said(raw)
    line, file = values.get("line"), values.get("file")
    if line and file:
        return Said(str(_("Line %(line)s of %(file)s: %(words)s", line=line, file=file, words=words)), raw)
    return Said(at_line(int(line), words) if line else words, raw)


def of_compiler(language: str, compiled: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what the compiler said, each error's words beside its own: `words`, "" where there are none."""
    if not compiled:
        return None
    lines = [{**one, "words": in_words(language, one["message"])} for one in compiled.get("lines", ())]
    return {**compiled, "lines": lines}


def first_of(compiled: Mapping[str, Any]) -> str:
    """Return a sentence for the first error of `of_compiler`; empty where it has no words for it."""
    first: Mapping[str, Any] = next(iter(compiled["lines"]), {})
    if not first.get("words"):
        return ""
    return at_line(first["line"], first["words"]) if first.get("line") else str(first["words"])


def at_line(line: int, words: str) -> str:
    """Return a sentence with the line that it is about before it."""
    return str(_("Line %(line)s: %(words)s", line=line, words=words))


def in_words(language: str, error: str) -> str:
    """Return one error in a beginner's words, in the page's language; empty for an error that is not known."""
    meant = explanations.explain(language, error) if error else None
    return translate(meant.msgid, meant.values) if meant else ""


def rules(language: str) -> list[tuple[str, str]]:
    """Return a language's rules for the page's own script: expressions of JavaScript, sentences in the page's language.

    The places of a sentence stay places (`%(name)s`).
    """
    entry = explanations.load().get(language)
    return [(one.replace("(?P<", "(?<"), str(_(sentence))) for one, sentence in entry.rules] if entry else []
