"""Markdown of teachers and students, rendered and then cleaned: it is hostile until nh3 has seen it."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

MAX_CHARS = 200_000
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h2", "h3", "h4", "h5", "hr", "i",
    "img", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "section", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title"},
    "li": {"id"},
    "ol": {"start"},
    "code": {"class"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}
OWN_PICTURE = re.compile(r"(?![/\\]{2})[^:?#]*")
"""A path of this site: no scheme, and not another host behind two slashes of either kind."""
FOOTNOTE_ID = re.compile(r"fn(ref)?\d+(:\d+)?")

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).enable(
    ["table", "strikethrough"]
)
_parser.use(footnote_plugin)


def _keep_only_known(tag: str, name: str, value: str) -> str | None:
    if tag == "code" and name == "class":
        return value if value.startswith("language-") else None
    if tag == "img" and name == "src":
        # No request ever goes to another host: pictures come with the activity.
        return value if OWN_PICTURE.fullmatch(value.strip()) else None
    if name == "id":
        return value if FOOTNOTE_ID.fullmatch(value) else None
    return value


@lru_cache(maxsize=512)
def render(text: str) -> str:
    """Return Markdown as HTML that holds no script, no style, no foreign picture; headings start at level 2."""
    html = _parser.render(text[:MAX_CHARS]).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_only_known,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
