"""LaTeX statements as our Markdown: what contests use of it, and what the Kattis format asks judges to know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.importers.statements.formulas import formula
from etude.importers.statements.latex_blocks import ENVIRONMENTS, FORMULAS, Blocks, title_of_section
from etude.importers.statements.latex_cursor import Cursor
from etude.importers.statements.latex_macros import expand
from etude.importers.statements.latex_words import (
    ACCENTS,
    CHARACTERS,
    IGNORED,
    IGNORED_WITH_ARGUMENT,
    QUOTES,
    STYLES,
    SWITCHES,
    accented,
)
from etude.importers.statements.model import (
    NEXT_SAMPLE,
    OTHER_SAMPLES,
    Notes,
    Statement,
    code,
    code_block,
    escape,
    surround,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

MAX_DEPTH = 60
_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*(?:\n[ \t]*)?)"
    r"|\\begin\{(?P<raw>verbatim\*?|lstlisting|Verbatim|minted|alltt|comment|tikzpicture|filecontents)\}"
    r"|\\(?P<verb>verb\*?|lstinline)(?P<mark>[^A-Za-z\s{\[])(?P<inline>[^\n]*?)(?P=mark)"
    r"|(?P<display>\$\$(?:\\.|[^\\$])*\$\$|\\\[.*?\\\])"
    r"|(?P<math>\$(?:\\.|\{\$\}|[^\\$])*\$|\\\(.*?\\\))"
    r"|\\(?P<command>[A-Za-z@]+\*?|.)"
    r"|(?P<break>\n[ \t]*\n\s*)"
    r"|(?P<open>\{)|(?P<close>\})"
    r"|(?P<text>[^%\\$\n{}]+|.)",
    re.DOTALL,
)
_TITLE_COMMENT = re.compile(r"^\s*%+\s*plainproblemname:\s*(.+?)\s*$", re.MULTILINE)
_BODY = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_HIDDEN = frozenset(["comment", "tikzpicture", "filecontents"])
_SECTIONS = frozenset(["section", "subsection", "subsubsection", "paragraph", "subparagraph", "chapter"])


def from_latex(
    source: str,
    *,
    constants: Mapping[str, str] | None = None,
    language: str = "en",
    files: Collection[str] | None = None,
) -> Statement:
    r"""Return a LaTeX statement as our Markdown.

    constants: what `\constant{name}` stands for. language: of the statement, for the headings that the format's own
    environments (`Input`, `Output`, `Interaction`) bring. files: the pictures that there are (None: not known).
    The samples' places are marked, as in `from_markdown`.
    """
    notes = Notes(files)
    text = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    plain_title = _TITLE_COMMENT.search(text)
    body = _BODY.search(text)
    reader = _Reader(expand(body[1] if body else text), notes, constants or {}, language)
    converted = reader.read_all()
    if plain_title is not None:
        notes.title = plain_title[1]
    return notes.finish(converted + reader.footnotes())


class _Reader(Cursor):
    """Reads one text from front to back; each `read_…` returns Markdown."""

    def __init__(self, text: str, notes: Notes, constants: Mapping[str, str], language: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._footnotes: list[str] = []
        self.notes = notes
        self.constants = constants
        self.language = language

    def read_all(self) -> str:
        """Everything; a brace too many is passed over."""
        parts = []
        while not self.is_at_end():
            parts.append(self.read_until(None))
        return "".join(parts)

    def footnotes(self) -> str:
        """Return the texts of the footnotes that were met."""
        return "".join(f"\n\n[^{number}]: {' '.join(text.split())}" for number, text in enumerate(self._footnotes, 1))

    def read_until(self, end: str | None) -> str:
        """Read to `}` (None) or to the end of an environment."""
        parts: list[str] = []
        self._depth += 1
        style = ""
        if self._depth > MAX_DEPTH:  # hostile: what is nested deeper is passed over
            self.take_rest()
        while (match := self.match(_TOKEN)) is not None:
            if match["close"]:
                if end is None:
                    break
                continue
            if match["command"] == "end" and self.argument_source().strip() == (end or "").strip():
                break
            if match["command"] in SWITCHES:
                style = SWITCHES[match["command"]] or style
                self.skip_space_after(match["command"])
                continue
            parts.append(self._token(match))
        self._depth -= 1
        text = "".join(parts)
        return surround(style, text) if style else text

    def _token(self, match: re.Match[str]) -> str:
        """The Markdown of one token; its kind is the group that matched last."""
        reader = _TOKENS.get(match.lastgroup or "")
        return "" if reader is None else reader(self, match)

    def display(self, match: re.Match[str]) -> str:
        """A formula in a paragraph of its own."""
        return f"\n\n{formula(match['display'][2:-2], self.notes)}\n\n"

    def math(self, match: re.Match[str]) -> str:
        """A formula in the line."""
        inner = match["math"]
        return formula(inner[1:-1] if inner.startswith("$") else inner[2:-2], self.notes)

    def raw(self, match: re.Match[str]) -> str:
        """An environment whose text is shown as it stands, or not at all."""
        name = match["raw"]
        inner = self.take_until(f"\\end{{{name}}}")
        if name in _HIDDEN:
            if name != "comment":
                self.notes.drop(f"{{{name}}}")
            return ""
        if name in {"lstlisting", "minted", "Verbatim"}:
            inner = re.sub(r"\A(\s*\[[^\]]*\])?(\{[a-z0-9+#]*\})?", "", inner, flags=re.IGNORECASE)
        return code_block(inner)

    def argument(self) -> str:
        """The Markdown of `{…}`."""
        return self.convert(self.argument_source())

    def convert(self, source: str) -> str:
        """Return a piece of the source as Markdown; its notes and footnotes are those of the whole."""
        inner = _Reader(source, self.notes, self.constants, self.language)
        inner._depth = self._depth + 1  # it is one of us
        inner._footnotes = self._footnotes
        return "" if inner._depth > MAX_DEPTH else inner.read_all()

    def command(self, match: re.Match[str]) -> str:
        """A command with its arguments."""
        name = match["command"]
        if name in CHARACTERS or name in IGNORED:
            self.skip_space_after(name)
            return escape(CHARACTERS.get(name, ""))
        if name in ACCENTS:
            return escape(accented(name, self.argument_source()))
        if name in STYLES:
            return surround(STYLES[name], self.argument())
        special = getattr(self, f"_do_{name.rstrip('*').lower()}", None)
        if special is not None:
            return str(special())
        return self._section(name) if name.rstrip("*") in _SECTIONS else self._passed_over(name)

    def _passed_over(self, name: str) -> str:
        """A command that only says how something looks on paper, with its arguments; or one that we do not know."""
        if name not in IGNORED_WITH_ARGUMENT:
            return self._unknown(name)
        self.option()
        for _count in range(IGNORED_WITH_ARGUMENT[name]):
            self.argument_source()
        return ""

    def _section(self, name: str) -> str:
        self.option()
        return title_of_section(name.rstrip("*"), self.argument())

    def _unknown(self, name: str) -> str:
        """A command that we do not know: its arguments are shown, for they may be words."""
        self.notes.drop(f"\\{name}")
        self.skip_space_after(name)
        return ""

    def _environment(self, name: str) -> str:
        if name.rstrip("*") in FORMULAS:
            inner = self.rest_of_environment(name)
            lines = [line for line in re.split(r"\\\\(?:\[[^\]]*\])?", inner) if line.strip()]
            shown = [formula(re.sub(r"\\(label|tag)\{[^}]*\}", "", line), self.notes) for line in lines]
            return "\n\n" + "\\\n".join(shown) + "\n\n"
        if name in ENVIRONMENTS:
            return ENVIRONMENTS[name](Blocks(self, name))
        if name != "document":
            self.notes.drop(f"{{{name}}}")
        return f"\n\n{self.read_until(name)}\n\n"

    # Commands with a meaning of their own: `_do_<name>`.

    def _do_begin(self) -> str:
        return self._environment(self.argument_source().strip())

    def _do_problemname(self) -> str:
        title = self.argument()
        self.notes.title = " ".join(re.sub(r"\\(?=[^A-Za-z0-9\s])|[*`]", "", title).split())
        return ""

    def _do_constant(self) -> str:
        name = self.argument_source().strip()
        if name not in self.constants:
            self.notes.drop(f"\\constant{{{name}}}")
        return escape(self.constants.get(name, ""))

    def _do_illustration(self) -> str:
        self.argument_source()
        source = self.argument_source()
        caption = self.argument()
        shown = f"\n\n{surround('*', caption)}" if caption.strip() else ""
        return f"\n\n{self.notes.picture(source, '')}{shown}\n\n"

    def _do_includegraphics(self) -> str:
        self.option()
        return self.notes.picture(self.argument_source(), "")

    def _do_caption(self) -> str:
        self.option()
        return f"\n\n{surround('*', self.argument())}\n\n"

    def _do_texttt(self) -> str:
        return code(_bare(self.argument()))

    _do_lstinline = _do_t = _do_path = _do_texttt

    def _do_url(self) -> str:
        return f"<{self.argument_source().strip()}>"

    def _do_href(self) -> str:
        address = re.sub(r"\\(?=[%#&_~])", "", self.argument_source().strip())
        return f"[{self.argument()}](<{address}>)"

    def _do_footnote(self) -> str:
        self.option()
        text = self.argument()
        self._footnotes.append(text)
        return f"[^{len(self._footnotes)}]"

    def _do_epigraph(self) -> str:
        text, who = self.argument(), self.argument()
        return f"\n\n> {' '.join(text.split())}\n>\n> — {' '.join(who.split())}\n\n"

    def _do_nextsample(self) -> str:
        return f"\n\n{NEXT_SAMPLE}\n\n"

    def _do_remainingsamples(self) -> str:
        return f"\n\n{OTHER_SAMPLES}\n\n"

    def _do_item(self) -> str:
        label = self.option()
        return f"\ue002{surround('**', self.convert(label)) + ' ' if label else ''}"


def _words(text: str) -> str:
    """Plain words, with the quotes and dashes of TeX."""
    for source, sign in QUOTES:
        text = text.replace(source, sign)
    return escape(re.sub(r"[ \t]+", " ", text))


def _bare(markdown: str) -> str:
    """Return what Markdown shows, for code: without emphasis and escapes, and with typewriter's quotes."""
    plain = re.sub(r"(?<!\\)[*`]+", "", markdown)
    return re.sub(r"\\(?=[^A-Za-z0-9\s])", "", plain).translate({0x201C: '"', 0x201D: '"', 0x2018: "`", 0x2019: "'"})


_TOKENS: Mapping[str, Callable[[_Reader, re.Match[str]], str]] = {
    "raw": _Reader.raw,
    "inline": lambda _reader, match: code(match["inline"]),
    "display": _Reader.display,
    "math": _Reader.math,
    "break": lambda _reader, _match: "\n\n",
    "open": lambda reader, _match: reader.read_until(None),
    "command": _Reader.command,
    "text": lambda _reader, match: _words(match["text"]),
}
