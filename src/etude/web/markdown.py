"""Markdown of teachers and students, rendered and then cleaned: it is hostile until nh3 has seen it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from mdit_py_plugins.footnote import footnote_plugin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

MAX_CHARS = 200_000
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h2", "h3", "h4", "h5", "hr", "i",
    "img", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "section", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "code": {"class"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}
FILES = "files/"
"""How a text names a picture of its own activity: `files/map.png`, as in the activity's folder."""
FOOTNOTE_ID = re.compile(r"fn(ref)?\d+(:\d+)?")

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).enable(
    ["table", "strikethrough"]
)
_parser.use(footnote_plugin)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures that a text may show: their names in the activity's `files/`, and the address that they lie below.

    `base` is a path of this site that ends in a slash, or empty where there are none.
    """

    base: str = ""
    names: frozenset[str] = frozenset()

    def address(self, source: str) -> str:
        """Return where the picture is that a text names; empty when it names none of these."""
        name = unquote(source.removeprefix("./")).removeprefix(FILES)
        is_ours = source.removeprefix("./").startswith(FILES) and name in self.names
        return self.base + quote(name) if is_ours and self.base else ""


NO_PICTURES = Pictures()


def _show_picture(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict[str, Any]
) -> str:
    """Return a picture of the activity, or its text where there is no such picture: the text still says what it shows.

    No request ever goes to another host, and no text can make a browser ask for another page of this one.
    """
    token = tokens[index]
    source, title = str(token.attrGet("src") or ""), str(token.attrGet("title") or "")
    text = self.renderInlineAsText(token.children, options, env) if token.children else ""
    address = env["pictures"].address(source)
    if not address:
        return f"<em>{escapeHtml(text or unquote(source.rpartition('/')[2]))}</em>"
    named = f' title="{escapeHtml(title)}"' if title else ""
    return f'<img src="{escapeHtml(address)}" alt="{escapeHtml(text)}"{named} loading="lazy">'


_parser.add_render_rule("image", _show_picture)


def _keep_only_known(tag: str, name: str, value: str) -> str | None:
    if tag == "code" and name == "class":
        return value if value.startswith("language-") else None
    if name == "id":
        return value if FOOTNOTE_ID.fullmatch(value) else None
    return value


@lru_cache(maxsize=512)
def render(text: str, pictures: Pictures = NO_PICTURES) -> str:
    """Return Markdown as HTML that holds no script, no style, no foreign picture; headings start at level 2.

    A picture that is not one of `pictures` is replaced by its text.
    """
    html = _parser.render(text[:MAX_CHARS], {"pictures": pictures})
    clean = nh3.clean(
        html.replace("<h1>", "<h2>").replace("</h1>", "</h2>"),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_only_known,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
    return clean.replace("<table>", '<table tabindex="0">')  # a wide one scrolls: by the keyboard too
