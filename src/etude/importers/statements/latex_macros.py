r"""What a LaTeX text defines for itself: `\newcommand{\maxn}{10^5}` is put in wherever `\maxn` stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARACTERS = 400_000
MAX_USES = 5_000
_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?"
    r"\s*(?:\[(?P<count>\d)\])?(?:\[(?P<default>[^\]]*)\])?\s*(?=\{)"
    r"|\\def\s*\\(?P<plain>[A-Za-z]+)\s*(?P<places>(?:#\d)*)\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{?\s*\\(?P<operator>[A-Za-z]+)\s*\}?\s*(?=\{)"
)


_PLACE = re.compile(r"#(\d)")


@dataclass(frozen=True, slots=True)
class _Macro:
    count: int
    default: str | None
    body: str


def expand(text: str) -> str:
    """Return a text without its definitions, and with what they define put in.

    A text that grows beyond measure, or that defines a command by itself, stays as far as it came.
    """
    macros: dict[str, _Macro] = {}
    kept: list[str] = []
    at = 0
    while (match := _DEFINITION.search(text, at)) is not None:
        kept.append(text[at : match.start()])
        body, at = _group(text, match.end())
        name = match["name"] or match["plain"] or match["operator"]
        count = int(match["count"] or 0) or (match["places"] or "").count("#")
        macros[name] = _Macro(count, match["default"], f"\\mathrm{{{body}}}" if match["operator"] else body)
    text = "".join([*kept, text[at:]])
    return _put_in(text, macros) if macros else text


def _put_in(text: str, macros: dict[str, _Macro]) -> str:
    names = "|".join(sorted(map(re.escape, macros), key=len, reverse=True))
    use = re.compile(rf"\\(?P<name>{names})(?![A-Za-z])")
    at = 0
    for _count in range(MAX_USES):
        match = use.search(text, at)
        if match is None or len(text) > MAX_CHARACTERS:
            break
        macro = macros[match["name"]]
        if use.search(macro.body) and re.search(rf"\\{match['name']}(?![A-Za-z])", macro.body):
            at = match.end()
            continue
        values, end = _values(text, match.end(), macro)
        body = "".join(
            values.get(int(part), "") if odd % 2 else part for odd, part in enumerate(_PLACE.split(macro.body))
        )
        follows = " " if not macro.count and text[end : end + 1].isalpha() and body[-1:].isalpha() else ""
        text, at = text[: match.start()] + body + follows + text[end:], match.start()
    return text


def _values(text: str, at: int, macro: _Macro) -> tuple[dict[int, str], int]:
    """The arguments that stand at a place, and where they end."""
    values: dict[int, str] = {}
    for number in range(1, macro.count + 1):
        if number == 1 and macro.default is not None:
            option = re.compile(r"\s*\[([^\]]*)\]").match(text, at)
            values[1], at = (option[1], option.end()) if option else (macro.default, at)
        else:
            values[number], at = _group(text, at)
    if not macro.count:
        empty = re.compile(r"\{\}|[ \t]+").match(text, at)
        at = empty.end() if empty and empty[0] == "{}" else at
    return values, at


def _group(text: str, at: int) -> tuple[str, int]:
    """The inside of `{…}` at a place, or the next character, and where it ends."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at >= len(text) or text[at] != "{":
        return text[at : at + 1], min(at + 1, len(text))
    depth, start = 0, at
    while at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 2 if text[at] == "\\" else 1
        if not depth:
            return text[start + 1 : at - 1], at
    return text[start + 1 :], len(text)
