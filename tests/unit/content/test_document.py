from __future__ import annotations

import json
from dataclasses import replace

import pytest

from etude.content import ContentError, digest, from_document, parse_activity, to_document


def test_a_document_survives_json_and_holds_no_nul(code_activity):
    text = json.dumps(to_document(code_activity))

    assert from_document(json.loads(text)) == code_activity
    assert "\\u0000" not in text


def test_the_digest_is_of_the_meaning_not_of_the_writing(code_tree, code_activity, change):
    rewritten = change(code_tree, "points = 4\nlang", "# a remark\npoints =   4.00\nlang")

    assert digest(parse_activity(rewritten)) == digest(code_activity)


def test_another_meaning_has_another_digest(code_activity):
    other = replace(code_activity, files={})

    assert digest(other) != digest(code_activity)


@pytest.mark.parametrize(
    "document",
    [{}, {"files": 3}, {"files": {"a": 3}}, {"files": {"a": {"base64": "*"}}}, {"files": {"a": "\ud800"}},
     {"files": {"../a": ""}}, {"files": {"\ud800": ""}}],
)  # fmt: skip
def test_a_damaged_document_is_a_sentence(document):
    with pytest.raises(ContentError) as caught:
        from_document(document)

    assert str(caught.value).isprintable()
