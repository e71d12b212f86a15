"""Helpers of the tests of authoring: sample activities in the database, and a form's fields as a browser sends them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import etude
from etude.content import ActivityContent, read_activity
from etude.core import clock
from etude.extensions import db
from etude.models.activity.storing import store_content

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SAMPLE = Path(etude.__file__).parent / "sample"


def sample(slug: str = "hello") -> ActivityContent:
    return read_activity(SAMPLE / slug)


def stored(content: ActivityContent, owner_id: int | None = None) -> int:
    """Store a content as an activity; return its id."""
    with db.session.begin():
        return store_content(db.session, content, made_by_id=owner_id, at=clock.now()).activity.id


class _Fields(HTMLParser):
    """Collects what a browser would send of the form that posts to the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._form = False
        self._text: tuple[str, list[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._form = values.get("method") == "post" and "action" not in values
        if not self._form or (not values.get("name") and tag != "option"):
            return
        if tag == "input" and (values.get("type") not in ("checkbox", "radio") or "checked" in values):
            self.fields.append((values["name"], values.get("value", "on")))
        elif tag == "textarea":
            self._text = (values["name"], [])
        elif tag == "select":
            self._select = values["name"]
        elif tag == "option" and self._select and "selected" in values:
            self.fields.append((self._select, values["value"]))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            text = "".join(self._text[1]).replace("\r\n", "\n").removeprefix("\n")
            self.fields.append((self._text[0], text.replace("\n", "\r\n")))
            self._text = None
        elif tag == "select":
            self._select = ""


def fields_of(html: str) -> dict[str, Any]:
    """Return the fields of the page's own form by name; several values of one name as a list."""
    reader = _Fields()
    reader.feed(html)
    found: dict[str, Any] = {}
    for name, value in reader.fields:
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), value]
        else:
            found[name] = value
    return found


def open_form(client: FlaskClient, path: str) -> dict[str, Any]:
    """Open a page and return the fields of its form."""
    return fields_of(client.get(path).get_data(as_text=True))
