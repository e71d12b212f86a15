r"""Formulas of TeX as plain text: `1 \le n \le 10^5` is 1 ≤ n ≤ 10⁵. What cannot be said so stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.importers.statements.model import code, escape
from etude.importers.statements.symbols import (
    ALPHABETS,
    FENCES,
    FUNCTIONS,
    IGNORED,
    MARKS,
    RELATIONS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from etude.importers.statements.model import Notes

MAX_DEPTH = 50
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_TEXT_COMMANDS = frozenset(
    ["text", "textrm", "textbf", "textit", "texttt", "textsf", "textsc", "mathrm", "mathbf", "mathit", "mathsf",
     "mathtt", "mbox", "hbox", "emph", "operatorname", "operatorname*", "mathop", "boldsymbol", "bm", "underline",
     "mathcal", "mathfrak", "mathscr", "rm", "bf", "it", "tt"]
)  # fmt: skip


class UnreadableError(Exception):
    """A formula with something that plain text cannot say; its argument names it."""


def formula(source: str, notes: Notes) -> str:
    """Return Markdown for a formula; one that cannot be plain text stays as TeX, as code, and is noted."""
    try:
        text = plain_formula(source)
    except (UnreadableError, RecursionError) as reason:
        notes.drop(f"${reason}$")
        return code(" ".join(source.split()))
    if len(text) == 1 and text.isalpha():
        return f"*{text}*"
    return escape(text)


def formula_pattern(marks: Sequence[str]) -> re.Pattern[str]:
    """Return what finds formulas; its groups `display` and `inline` hold their TeX."""
    wide, narrow = (re.escape(mark) for mark in marks)
    line = r"(?!\s)(?P<inline>(?:\\.|(?!\n\n)[^\\\ue001])+?)(?<!\s)"
    return re.compile(
        rf"(?<!\\){wide}(?P<display>(?:\\.|(?!\n\n)[^\\])+?){wide}|(?<![\\\w]){narrow}{line}{narrow}(?!\d)", re.DOTALL
    )


def plain_formula(source: str) -> str:
    """Return a formula as plain text. Raises UnreadableError that names what stands in the way."""
    return _tidy(_Reader(_TOKEN.findall(source)).read_all())


def _tidy(text: str) -> str:
    tidy = re.sub(r" +([,;:.)\]}⌋⌉⟩])", r"\1", " ".join(text.split(" ")).strip())
    return re.sub(r"([(\[{⌊⌈⟨]) +", r"\1", re.sub(r" {2,}", " ", tidy))


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def read_all(self) -> str:
        text = self._read_until(None)
        if self._at < len(self._tokens):
            raise UnreadableError("}")
        return text

    def _next(self) -> str | None:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        self._at += 1
        return token

    def _read_until(self, end: str | None) -> str:
        parts: list[str] = []
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableError("{")
        while True:
            token = self._next()
            if token is None or token == end:
                if token is None and end is not None:
                    raise UnreadableError(end)
                break
            if token == "}":
                self._at -= 1
                break
            if token in {"^", "_"}:
                parts = [*parts[:-1], (parts[-1].rstrip() if parts else ""), self._script(token)]
            else:
                parts.append(self._read(token))
        self._depth -= 1
        return "".join(parts)

    def _read(self, token: str) -> str:
        if token == "{":
            return self._read_until("}")
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.isspace() or token == "~":
            return " "
        if token == "&":
            return " "
        if token in {"=", "<", ">"}:
            return f" {token} "
        return {"-": "−", "'": "′", "*": "∗", ",": ", "}.get(token, token)

    def _argument(self) -> str:
        """One argument: a group, a command, or a single character."""
        token = self._next()
        while token is not None and token.isspace():
            token = self._next()
        if token is None:
            raise UnreadableError("argument")
        return _tidy(self._read(token))

    def _command(self, name: str) -> str:
        sign = _sign(name)
        if sign is not None:
            return sign
        if name in MARKS:
            return self._marked(MARKS[name])
        if name in _TEXT_COMMANDS:
            return self._words()
        if name in ALPHABETS:
            return "".join(ALPHABETS[name].get(letter, letter) for letter in self._argument())
        special = _COMMANDS.get(name)
        if special is None:
            raise UnreadableError(f"\\{name}")
        return special(self)

    def _words(self) -> str:
        """The argument of a command that sets words: its spaces count."""
        start = self._at
        if start < len(self._tokens) and self._tokens[start] == "{":
            self._at += 1
            inner = self._read_until("}")
            return re.sub(r"\s+", " ", inner).replace("−", "-").replace("′", "’")
        return ""

    def _marked(self, mark: str) -> str:
        inner = self._argument()
        if len(inner) != 1:
            raise UnreadableError("overline")
        return inner + mark

    def _script(self, token: str) -> str:
        inner = self._argument()
        letters = SUPERSCRIPTS if token == "^" else SUBSCRIPTS
        plain = inner.replace(" ", "")
        if plain in {"∘", "°"} and token == "^":
            return "°"
        if set(plain) <= {"′"}:
            return plain
        if plain and all(letter in letters for letter in plain):
            return "".join(letters[letter] for letter in plain)
        return f"{token}{_in_brackets(inner)}"

    def fraction(self) -> str:
        r"""`\frac{a}{b}`: a/b, with brackets where they are needed."""
        above, below = self._argument(), self._argument()
        return f"{_in_brackets(above)}/{_in_brackets(below)}"

    def binomial(self) -> str:
        r"""`\binom{n}{k}`."""
        return f"C({self._argument()}, {self._argument()})"

    def root(self) -> str:
        r"""`\sqrt{x}` and `\sqrt[3]{x}`."""
        sign = "√"
        if self._at < len(self._tokens) and self._tokens[self._at] == "[":
            self._at += 1
            degree = self._read_until("]").strip()
            if degree not in {"2", "3", "4"}:
                raise UnreadableError("\\sqrt[…]")
            sign = {"2": "√", "3": "∛", "4": "∜"}[degree]
        return sign + _in_brackets(self._argument())

    def fence(self) -> str:
        r"""`\left(` and `\right.`: the fence alone; "." is none."""
        token = self._next() or ""
        while token.isspace():
            token = self._next() or ""
        if token == ".":
            return ""
        return FENCES.get(token, token)

    def modulus(self) -> str:
        r"""`\pmod{m}`."""
        return f" (mod {self._argument()})"

    def negated(self) -> str:
        r"""`\not` before a relation."""
        return f" {self._argument().strip()}\u0338 "


def _sign(name: str) -> str | None:
    """Return what a command without arguments stands for; None for others."""
    if name in RELATIONS:
        return f" {RELATIONS[name]} "
    if name in FUNCTIONS:
        return f" {name} "
    return "" if name in IGNORED else SYMBOLS.get(name)


def _in_brackets(text: str) -> str:
    """Return a text in brackets where it is more than one number, name or bracketed whole."""
    if re.fullmatch(r"[\w.′∞]+|\([^()]*\)", text) or len(text) == 1:
        return text
    return f"({text})"


_COMMANDS: Mapping[str, Callable[[_Reader], str]] = {
    "frac": _Reader.fraction,
    "dfrac": _Reader.fraction,
    "tfrac": _Reader.fraction,
    "binom": _Reader.binomial,
    "sqrt": _Reader.root,
    "pmod": _Reader.modulus,
    "not": _Reader.negated,
    **dict.fromkeys(["left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr"], _Reader.fence),
}
