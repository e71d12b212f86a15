"""The words of a PDF that Chromium printed: its fonts tell which characters their glyphs are."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)", re.DOTALL)
_SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")
_ONE = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>\n")
_RANGE = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]{4})>")
_CODES = re.compile(rb"begincodespacerange\n<([0-9A-F]+)>")


def words_of(pdf: bytes) -> str:
    """Return the text of all pages, in the order in which it is drawn, without any spaces."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {
        number: _font(_unpacked(objects[int(told[1])]))
        for number, body in objects.items()
        if (told := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    pages = (_unpacked(body) for body in objects.values() if b"stream" in body)
    return re.sub(r"\s", "", "".join(_drawn(page, fonts) for page in pages if b" Tf" in page))


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    # The end is where the data says: the bytes before `endstream` may be a line's end of their own.
    return zlib.decompressobj().decompress(found[1]) if b"/FlateDecode" in body else found[1]


@dataclass(frozen=True)
class Font:
    """Which characters the codes of a font are, and how many hexadecimal digits a code has."""

    digits: int
    characters: dict[int, str]

    def read(self, codes: str) -> str:
        """Return the text of a row of codes."""
        rows = (codes[place : place + self.digits] for place in range(0, len(codes), self.digits))
        return "".join(self.characters.get(int(code, 16), "") for code in rows)


def _font(table: bytes) -> Font:
    """Return a font by its ToUnicode table."""
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in _ONE.findall(block):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in _RANGE.findall(block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(text, 16) + step)
    width = _CODES.search(table)
    return Font(len(width[1]) if width else 4, found)


def _drawn(page: bytes, fonts: dict[int, Font]) -> str:
    font, text = Font(4, {}), []
    for name, codes in _SHOWN.findall(page):
        if name:
            font = fonts.get(int(name), Font(4, {}))
        else:
            text.append(font.read(codes.decode()))
    return "".join(text)
