"""What errors mean, in a beginner's words: one file for each language, named as it; found by themselves.

The words of a compiler or of a runtime stay what is stored and can always be shown: these are said beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from etude.grading.messages import Message
from etude.registry import Registry

MAX_ERROR_CHARACTERS = 400
MAX_VALUE_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanations:
    """A language's errors.

    name: the language's. rules: pairs of a regular expression and a marked sentence, the first that is found in an
    error counts; what its named groups found fills the sentence. The expressions are such as JavaScript understands too
    (but for `?P<`), since the page explains what Python in the page says.
    """

    name: str
    rules: tuple[tuple[str, str], ...]


_registry: Registry[Explanations] = Registry(
    "etude.grading.explanations", group="etude.explanations", shared=("faults",)
)
load = _registry.load


@cache
def _compiled(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    entry = load().get(language)
    return tuple((re.compile(pattern), sentence) for pattern, sentence in entry.rules) if entry else ()


def explain(language: str, error: str) -> Message | None:
    """Return what an error means; None for one that no rule knows. Hostile errors are cut before they are looked at.

    error: one error as the compiler or the runtime puts it, without its place.
    """
    error = error[:MAX_ERROR_CHARACTERS]
    for pattern, sentence in _compiled(language):
        found = pattern.search(error)
        if found:
            values = {name: (value or "")[:MAX_VALUE_CHARACTERS] for name, value in found.groupdict().items()}
            return Message(sentence, values)
    return None
