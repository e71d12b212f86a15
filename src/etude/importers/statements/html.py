"""HTML statements as our Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from etude.importers.statements.formulas import formula, formula_pattern
from etude.importers.statements.model import (
    DOLLARS,
    Notes,
    Statement,
    code,
    code_block,
    escape,
    surround,
    table,
)
from etude.importers.statements.symbols import SUBSCRIPTS, SUPERSCRIPTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

_BLOCKS = frozenset(
    ["p", "div", "center", "section", "article", "main", "figure", "figcaption", "dl", "dt", "dd", "body", "header",
     "footer", "details", "summary", "address", "fieldset", "form"]
)  # fmt: skip
_INLINE = frozenset(
    ["span", "font", "small", "big", "abbr", "u", "ins", "mark", "label", "time", "html", "tbody", "thead", "tfoot",
     "colgroup", "col", "wbr", "nobr", "cite", "bdi", "bdo", "q", "noscript"]
)  # fmt: skip
_SILENT = frozenset(["script", "style", "head", "title", "template", "meta", "link"])
_STRONG, _EMPHASIS, _STRUCK = frozenset(["b", "strong"]), frozenset(["i", "em", "var", "dfn"]), frozenset(["s", "del"])
_CODE = frozenset(["code", "tt", "kbd", "samp"])
_VOID = frozenset(["br", "hr", "img", "meta", "link", "wbr", "col", "input"])
_TEX = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]", re.DOTALL)


def from_html(source: str, *, formulas: Sequence[str] = DOLLARS, files: Collection[str] | None = None) -> Statement:
    """Return an HTML statement as our Markdown.

    formulas: how they are marked in its text. files: the pictures that there are (None: not known).
    """
    notes = Notes(files)
    reader = _Reader(notes, formulas)
    reader.feed(source.replace("\r\n", "\n").removeprefix("\ufeff"))
    reader.close()
    return notes.finish(reader.text())


def from_fragment(source: str, notes: Notes) -> str:
    """Return a piece of HTML as Markdown; what is beside the text goes to notes."""
    reader = _Reader(notes, None)
    reader.feed(source)
    reader.close()
    return reader.text()


@dataclass(slots=True)
class _Open:
    """An element that is being read."""

    tag: str
    address: str = ""
    parts: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)


class _Reader(HTMLParser):
    """Builds Markdown while it reads; wrongly nested and unclosed elements end where their parent ends."""

    def __init__(self, notes: Notes, formulas: Sequence[str] | None) -> None:
        super().__init__(convert_charrefs=True)
        self._notes = notes
        self._formulas = formulas
        self._open = [_Open("")]

    def text(self) -> str:
        """Return what was read."""
        while len(self._open) > 1:
            self._close()
        return self._open[0].text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._put("\n" if self._inside({"pre"}) else "\\\n")
        elif tag == "hr":
            self._put("\n\n---\n\n")
        elif tag == "img":
            self._put(self._notes.picture(values.get("src", ""), values.get("alt", "") or values.get("title", "")))
        elif tag not in _VOID:
            if tag in {"li", "p", "tr", "td", "th", "option", "dt", "dd"}:
                self._close_open(tag)
            self._open.append(_Open(tag, address=values.get("href", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in {one.tag for one in self._open[1:]}:
            while self._open[-1].tag != tag:
                self._close()
            self._close()

    def handle_data(self, data: str) -> None:
        if self._inside(_SILENT):
            return
        if self._inside({"pre"} | _CODE):
            self._put(data)
        else:
            self._put(self._words(re.sub(r"\s+", " ", data)))

    def _words(self, text: str) -> str:
        """Text outside code, with its formulas."""
        patterns = [_TEX, formula_pattern(self._formulas)] if self._formulas else []
        for pattern in patterns:
            match = pattern.search(text)
            if match is not None:
                inner = formula(match["display"] or match["inline"], self._notes)
                middle = f"\n\n{inner}\n\n" if match["display"] else inner
                return self._words(text[: match.start()]) + middle + self._words(text[match.end() :])
        return escape(text)

    def _put(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def _inside(self, tags: frozenset[str] | set[str]) -> bool:
        return any(one.tag in tags for one in self._open)

    def _close_open(self, tag: str) -> None:
        """Close an element whose end tag may be left out, where another one of its kind begins."""
        walls = {"ul", "ol"} if tag == "li" else {"table"} if tag in {"tr", "td", "th"} else {"td", "th", "li", "div"}
        same = {"td", "th"} if tag in {"td", "th"} else {"tr", "td", "th"} if tag == "tr" else {tag}
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag in walls:
                return
            if self._open[place].tag in same:
                while len(self._open) > place:
                    self._close()

    def _close(self) -> None:
        done = self._open.pop()
        parent = self._open[-1]
        if done.tag in {"td", "th"}:
            if not parent.rows:
                parent.rows.append([])
            parent.rows[-1].append(done.text)
        elif done.tag in {"tr", "tbody", "thead", "tfoot"}:
            parent.rows.extend(done.rows)
        else:
            parent.parts.append(self._element(done))

    def _element(self, done: _Open) -> str:
        tag, text = done.tag, done.text
        for tags, mark in ((_STRONG, "**"), (_EMPHASIS, "*"), (_STRUCK, "~~")):
            if tag in tags:
                return text if self._inside({"pre"} | _CODE) else surround(mark, text)
        if tag in _SILENT:
            return ""
        if tag in _CODE:
            return text if self._inside({"pre"}) else code(text)
        if tag in {"sup", "sub"}:
            return _raised(text, tag)
        if tag in _INLINE:
            return text + table(done.rows)
        return self._block(done)

    def _block(self, done: _Open) -> str:
        if done.tag in _WRITERS:
            return _WRITERS[done.tag](done)
        if done.tag not in _BLOCKS:
            self._notes.drop(f"<{done.tag}>")
        return f"\n\n{done.text.strip()}\n\n"


def _heading(done: _Open) -> str:
    return f"\n\n{'#' * max(2, int(done.tag[1]))} {' '.join(done.text.split())}\n\n"


def _link(done: _Open) -> str:
    address = done.address.strip()
    is_ours = re.match(r"(https?:|mailto:)[^<>\s]*$", address) and done.text.strip()
    return f"[{done.text}](<{address}>)" if is_ours else done.text


def _quotation(done: _Open) -> str:
    lines = re.sub(r"\n{3,}", "\n\n", done.text.strip()).split("\n")
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _list(text: str, *, is_numbered: bool) -> str:
    items = [item.strip() for item in text.split("\ue002") if item.strip()]
    lines = []
    for number, item in enumerate(items, 1):
        mark = f"{number}. " if is_numbered else "- "
        lines.append(mark + re.sub(r"\n{3,}", "\n\n", item).replace("\n", "\n" + " " * len(mark)))
    return "\n\n" + "\n".join(lines) + "\n\n"


_WRITERS: Mapping[str, Callable[[_Open], str]] = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], _heading),
    "pre": lambda done: code_block(done.text),
    "a": _link,
    "table": lambda done: done.text.strip() + table(done.rows),
    "li": lambda done: f"\ue002{done.text.strip()}",
    "ul": lambda done: _list(done.text, is_numbered=False),
    "ol": lambda done: _list(done.text, is_numbered=True),
    "blockquote": _quotation,
}


def _raised(text: str, tag: str) -> str:
    letters = SUPERSCRIPTS if tag == "sup" else SUBSCRIPTS
    plain = text.strip()
    if plain and all(letter in letters for letter in plain):
        return "".join(letters[letter] for letter in plain)
    sign = "^" if tag == "sup" else "\\_"
    return f"{sign}{plain if len(plain) <= 1 else f'({plain})'}" if plain else ""
