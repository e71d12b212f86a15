from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

from etude.audit import AuditTag
from etude.features.audit_log import sentences

if TYPE_CHECKING:
    from flask import Flask

NAMES = {"actor": "Ada", "target": "Ben"}


@pytest.mark.parametrize("tag", AuditTag)
def test_every_tag_has_a_sentence_in_both_languages(tag: AuditTag, app: Flask) -> None:
    said = {}
    for locale in ("en", "fr"):
        with app.test_request_context(), force_locale(locale):
            said[locale] = sentences.sentence(tag.value, NAMES)

    assert said["en"] != said["fr"]
    assert "%(" not in said["en"] + said["fr"]


def test_a_tag_of_a_newer_version_is_shown_as_it_is() -> None:
    assert sentences.sentence("moon:landing:done", NAMES) == "moon:landing:done"


@pytest.mark.parametrize(
    ("value", "text"),
    [(["a", "b"], "a → b"), (["", "b"], "– → b"), (["a", "b", "c"], "a, b, c"), (3, "3"), (True, "yes"), (None, "–")],
)
def test_a_detail_is_shown_for_people(value: object, text: str, app: Flask) -> None:
    with app.test_request_context():
        assert sentences.detail_text(value) == text
