"""Markdown of other systems as ours: formulas become text, HTML becomes Markdown, pictures lie in `files/`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.importers.statements.formulas import formula, formula_pattern
from etude.importers.statements.html import from_fragment
from etude.importers.statements.model import DOLLARS, NEXT_SAMPLE, OTHER_SAMPLES, Notes, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_PICTURE = re.compile(r"!\[(?P<text>[^\]]*)\]\(\s*<?(?P<source>[^)\s>]+)>?(?:\s+[^)]*)?\)(?:\{[^}\n]*\})?")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_BLOCK = re.compile(
    r"<(?P<tag>table|ul|ol|dl|center|div|pre|figure|details|blockquote|p)\b[^>]*>.*?</(?P=tag)\s*>",
    re.DOTALL | re.IGNORECASE,
)
_INLINE = re.compile(
    r"<(?P<tag>b|strong|i|em|u|s|del|sub|sup|code|tt|kbd|span|a|font|small|big|samp|var|mark)\b[^>]*>[^<]*</(?P=tag)\s*>"
    r"|<(?:br|img|hr)\b[^>]*>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_REST = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])[^>\n]*>")
_SAMPLES = {"nextsample": NEXT_SAMPLE, "remainingsamples": OTHER_SAMPLES}
_NAME = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")
_HELD = re.compile(r"\ue001(\d+)\ue001")


def from_markdown(
    source: str,
    *,
    constants: Mapping[str, str] | None = None,
    formulas: Sequence[str] = DOLLARS,
    files: Collection[str] | None = None,
) -> Statement:
    """Return Markdown of another system as ours.

    constants: what `{{name}}` stands for; `{{nextsample}}` and `{{remainingsamples}}` become the marks of the samples.
    formulas: how these are marked, `DOLLARS` or `TILDES`. files: the pictures that there are (None: not known).
    """
    notes = Notes(files)
    text = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    text = _NAME.sub(lambda match: _constant(match, constants or {}), text)
    held: list[str] = []

    def hold(piece: str) -> str:
        held.append(piece)
        return f"\ue001{len(held) - 1}\ue001"

    text = _hold_fences(text, hold)
    text = _CODE.sub(lambda match: hold(match[0]), text)
    text = _COMMENT.sub("", text)
    text = formula_pattern(formulas).sub(lambda match: hold(_formula(match, notes)), text)
    text = _PICTURE.sub(lambda match: hold(notes.picture(match["source"], match["text"])), text)
    for pattern in (_BLOCK, _INLINE, _INLINE):
        text = pattern.sub(lambda match: hold(from_fragment(match[0], notes)), text)
    text = _REST.sub(lambda match: _dropped(match, notes), text)
    for _round in range(3):
        text = _HELD.sub(lambda match: held[int(match[1])], text)
    return notes.finish(text)


def _formula(match: re.Match[str], notes: Notes) -> str:
    if match["display"] is not None:
        return f"\n\n{formula(match['display'], notes)}\n\n"
    return formula(match["inline"], notes)


def _constant(match: re.Match[str], constants: Mapping[str, str]) -> str:
    if match[1] in _SAMPLES:
        return f"\n\n{_SAMPLES[match[1]]}\n\n"
    return constants.get(match[1], match[0])


def _dropped(match: re.Match[str], notes: Notes) -> str:
    notes.drop(f"<{match[1].lower()}>")
    return ""


def _hold_fences(text: str, hold: Callable[[str], str]) -> str:
    """Keep blocks of code from everything else."""
    lines: list[str] = []
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            block.append(line)
            if match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                lines.append(hold("\n".join(block)))
                block, fence = [], ""
        elif match:
            block, fence = [line], match[1]
        else:
            lines.append(line)
    return "\n".join([*lines, *block])
