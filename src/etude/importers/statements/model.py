"""What the conversion of a statement gives, and what its three readers share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Collection

NEXT_SAMPLE = "\ue000next-sample\ue000"
"""Stands in a text, as a paragraph of its own, where the package wants its next sample to be shown."""
OTHER_SAMPLES = "\ue000other-samples\ue000"
"""The same for all samples that were not shown yet."""

DOLLARS = ("$$", "$")
"""How formulas are marked in Markdown and HTML: each begins and ends with one of these, the longest is tried first."""
TILDES = ("$$", "~")
"""The same as DMOJ has it."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]")
_BLOCK_START = re.compile(r"(?m)^([ ]{0,3})(?:(?P<sign>[#+-])|(?P<number>\d{1,9})(?P<point>[.)]))")
_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".pdf")
_PLACE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|#", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    r"""A statement as our Markdown.

    title: what it says the problem is called, plain, "" when it does not. pictures: names of the files that it shows,
    as the source names them; in the text they are `files/<name>`, with `picture_name` of it. dropped: what has no place
    in our Markdown, as it is called in its source (`\vspace`, `<video>`), each once.
    """

    text: str
    title: str = ""
    pictures: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(slots=True)
class Notes:
    """What one reader gathers beside the text. files: the pictures that there are; None: any that are named."""

    files: Collection[str] | None = None
    pictures: dict[str, None] = field(default_factory=dict)
    dropped: dict[str, None] = field(default_factory=dict)
    title: str = ""

    def drop(self, name: str) -> None:
        """Note that something was left out."""
        self.dropped[name] = None

    def picture(self, source: str, text: str) -> str:
        """Return the Markdown of a picture; one of another site, or in the source itself, becomes its text."""
        name = self._find(unquote(source.strip()).removeprefix("./"))
        if not name:
            self.drop(source.strip()[:80] or "picture")
            return f"*{escape(text)}*" if text.strip() else ""
        self.pictures[name] = None
        return f"![{escape(' '.join(text.split()) or name)}](files/{picture_name(name)})"

    def _find(self, name: str) -> str:
        """Return the name of a file, to which LaTeX may add the suffix; "" for what is none of ours."""
        if not name or _PLACE.match(name) or ".." in name.split("/"):
            return ""
        if self.files is None:
            return name
        return next((found for suffix in ("", *_SUFFIXES) if (found := name + suffix) in self.files), "")

    def finish(self, text: str) -> Statement:
        """Return the statement of a text: at most one empty line at a time, and none around it."""
        tidy = re.sub(r"\s*\ue003\s*(?=\n\n|\Z)", "", text)
        tidy = re.sub(r"[ \t]*\ue003[ \t]*\n?", "\\\n", tidy)
        tidy = re.sub(r"[ \t]+\n", "\n", tidy)
        tidy = re.sub(r"\n{3,}", "\n\n", tidy).strip()
        return Statement(
            text=f"{tidy}\n" if tidy else "",
            title=self.title,
            pictures=tuple(self.pictures),
            dropped=tuple(self.dropped),
        )


def picture_name(source: str) -> str:
    """Return what a picture is called below `files/`: letters, digits, `-`, `_` and one dot, folders joined by `-`."""
    stem, dot, suffix = source.strip().removeprefix("./").replace("/", "-").rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", stem if dot else suffix).strip("-") or "picture"
    return f"{plain}.{re.sub(r'[^A-Za-z0-9]+', '', suffix).lower()}" if dot else plain


def escape(text: str) -> str:
    """Return a text that Markdown shows as it stands."""
    return _BLOCK_START.sub(_escaped_start, _SPECIAL.sub(r"\\\g<0>", text))


def _escaped_start(match: re.Match[str]) -> str:
    """What would begin a heading or a list."""
    if match["sign"]:
        return f"{match[1]}\\{match['sign']}"
    return f"{match[1]}{match['number']}\\{match['point']}"


def code(text: str) -> str:
    """Return Markdown that shows a text as code, in the line."""
    flat = " ".join(text.split("\n"))
    if not flat.strip():
        return flat
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def code_block(text: str) -> str:
    """Return Markdown that shows lines as they stand; `escape` cannot do that for those of several spaces."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = text.strip("\n")
    return f"\n\n{fence}\n{body}\n{fence}\n\n"


def surround(mark: str, text: str) -> str:
    """Return a text within marks of emphasis, which must not touch spaces on their inner side."""
    inner = text.strip()
    if not inner or "\n\n" in inner:
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return f"{before}{mark}{inner}{mark}{after}"


def table(rows: list[list[str]]) -> str:
    """Return a Markdown table, the first row as its head; cells are Markdown of one line."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*(_cell(cell) for cell in row), *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n\n" + "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]) + "\n\n"


def _cell(text: str) -> str:
    flat = " ".join(text.replace("\\\n", " ").replace("\ue003", " ").split())
    return re.sub(r"(?<!\\)\|", r"\\|", flat)
