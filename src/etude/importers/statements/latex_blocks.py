"""The environments of LaTeX: lists, tables, quotes, figures, and those of the Kattis format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from etude.importers.statements.model import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMULAS = frozenset(["equation", "align", "eqnarray", "displaymath", "math", "gather", "multline", "flalign"])
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "Input": {"en": "Input", "fr": "Entrée"},
    "Output": {"en": "Output", "fr": "Sortie"},
    "Interaction": {"en": "Interaction", "fr": "Interaction"},
}
_LEVELS = {"chapter": "##", "section": "##", "subsection": "###", "subsubsection": "####"}
_ITEM = "\ue002"


class Reader(Protocol):
    """What an environment needs of who reads it."""

    language: str

    def option(self) -> str: ...
    def argument_source(self) -> str: ...
    def convert(self, source: str) -> str: ...
    def rest_of_environment(self, name: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Blocks:
    """One environment while it is read; each method returns its Markdown."""

    reader: Reader
    name: str

    def inner(self) -> str:
        """Return what is in it, as Markdown."""
        return self.reader.convert(self.reader.rest_of_environment(self.name))

    def items(self) -> str:
        """`itemize`, `enumerate`, `description`."""
        self.reader.option()
        items = [item.strip() for item in self.inner().split(_ITEM)[1:]]
        lines = []
        for number, item in enumerate(items, 1):
            mark = f"{number}. " if self.name == "enumerate" else "- "
            lines.append(mark + re.sub(r"\n{3,}", "\n\n", item).replace("\n", "\n" + " " * len(mark)))
        return "\n\n" + "\n".join(lines) + "\n\n"

    def grid(self) -> str:
        """`tabular` and its kin."""
        self.reader.option()
        if self.name in {"tabular*", "tabularx", "tabulary"}:
            self.reader.argument_source()
        self.reader.argument_source()
        source = self.reader.rest_of_environment(self.name)
        rows = [self._row(row) for row in _split(source, r"\\\\(?:\[[^\]]*\])?|\\tabularnewline")]
        return table(rows)

    def _row(self, source: str) -> list[str]:
        row: list[str] = []
        for cell in _split(source, r"&"):
            wide = re.match(r"\s*\\multicolumn\s*\{(\d+)\}\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", cell)
            tall = re.match(r"\s*\\multirow\s*\{-?\d+\}\s*(?:\{[^{}]*\}|\*)", cell)
            head = wide or tall
            row.append(self.reader.convert(cell[head.end() :] if head else cell).strip())
            if wide:
                row.extend([""] * (min(int(wide[1]), 50) - 1))
        return row

    def quotation(self) -> str:
        """`quote`, `quotation`, `verse`."""
        inner = re.sub(r"\n{3,}", "\n\n", self.inner().strip())
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) + "\n\n"

    def plain(self) -> str:
        """What only sets its text elsewhere on the paper."""
        self.reader.option()
        return f"\n\n{self.inner()}\n\n"

    def boxed(self) -> str:
        """The same, of a width that is given: `minipage`, `multicols`."""
        self.reader.option()
        self.reader.argument_source()
        return f"\n\n{self.inner()}\n\n"

    def wrapped(self) -> str:
        """`wrapfigure`: the side and the width are given."""
        self.reader.option()
        self.reader.argument_source()
        self.reader.option()
        self.reader.argument_source()
        return f"\n\n{self.inner()}\n\n"

    def headed(self) -> str:
        """`Input`, `Output`, `Interaction`."""
        titles = HEADINGS[self.name]
        return f"\n\n## {titles.get(self.reader.language, titles['en'])}\n\n{self.inner()}\n\n"


def title_of_section(name: str, title: str) -> str:
    """Return a heading."""
    flat = " ".join(title.split())
    return f"\n\n{_LEVELS[name]} {flat}\n\n" if name in _LEVELS else f"\n\n**{flat}** "


def _split(source: str, pattern: str) -> list[str]:
    """Split at a pattern where no brace, no formula and no inner environment is open."""
    separator = re.compile(rf"(?P<cut>{pattern})|\\begin\{{|\\end\{{|\\.|(?P<brace>[{{}}])|(?P<math>\$)", re.DOTALL)
    parts, start, depth, in_math = [], 0, 0, False
    for match in separator.finditer(source):
        if match["brace"]:
            depth += 1 if match["brace"] == "{" else -1
        elif match["math"]:
            in_math = not in_math
        elif match[0] == "\\begin{":
            depth += 2  # its own brace, which will be closed, and the environment
        elif match[0] == "\\end{":
            depth += 0  # its brace opens and the environment closes
        elif match["cut"] and depth <= 0 and not in_math:
            parts.append(source[start : match.start()])
            start = match.end()
    return [*parts, source[start:]]


ENVIRONMENTS: Mapping[str, Callable[[Blocks], str]] = {
    **dict.fromkeys(["itemize", "enumerate", "description", "compactitem", "compactenum"], Blocks.items),
    **dict.fromkeys(["tabular", "tabular*", "tabularx", "tabulary", "longtable", "array"], Blocks.grid),
    **dict.fromkeys(["quote", "quotation", "verse"], Blocks.quotation),
    **dict.fromkeys(
        ["center", "flushleft", "flushright", "figure", "figure*", "table", "table*", "raggedright", "small",
         "samepage", "group", "large", "tiny", "footnotesize", "sloppypar"],
        Blocks.plain,
    ),
    **dict.fromkeys(["minipage", "multicols", "subfigure", "adjustbox", "spacing"], Blocks.boxed),
    **dict.fromkeys(["wrapfigure", "wraptable"], Blocks.wrapped),
    **dict.fromkeys(HEADINGS, Blocks.headed),
}  # fmt: skip
