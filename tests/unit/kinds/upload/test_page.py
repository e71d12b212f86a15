from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

from etude.content import ActivityContent, UploadRules
from etude.kinds import PageInput, PastAnswer, PastFile, PastReview, ResultInput
from etude.kinds.upload.page import describe_rules, page, results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (UploadRules(extensions=("pdf",)), "Allowed: .pdf. One file of at most 20 MB."),
        (
            UploadRules(extensions=("pdf", "png"), max_files=2, max_file_bytes=5_000_000),
            "Allowed: .pdf, .png. At most 2 files of 5 MB each.",
        ),
        (
            UploadRules(extensions=("pdf",), max_files=10),
            "Allowed: .pdf. At most 10 files of 20 MB each. All together at most 50 MB.",
        ),
    ],
)
def test_the_rules_are_said_in_words(rules: UploadRules, sentence: str) -> None:
    assert describe_rules(rules)["sentence"] == sentence


def test_the_rules_are_said_in_french(app: Flask) -> None:
    with force_locale("fr"):
        sentence = describe_rules(UploadRules(extensions=("pdf",), max_files=10))["sentence"]

    assert "20\u00a0Mo" in sentence
    assert "All together" not in sentence


@pytest.mark.parametrize(("extensions", "accepts"), [(("pdf", "jpg"), True), (("pdf", "zip"), False)])
def test_a_camera_is_offered_where_pictures_are_taken(extensions: tuple[str, ...], accepts: bool) -> None:
    assert describe_rules(UploadRules(extensions=extensions))["accepts_images"] is accepts


def test_earlier_versions_are_shown_with_files_and_review() -> None:
    content = ActivityContent(
        slug="a", kind="upload", title={}, statement={}, points=Decimal(10), upload=UploadRules(extensions=("txt",))
    )
    answer = PastAnswer(
        id=3,
        attempt=2,
        submitted_at=NOON,
        url="/submissions/3",
        state="reviewed",
        status="",
        score=Decimal(8),
        max_score=Decimal(10),
        document={"comment": "Page 2."},
        files=(PastFile(id=7, name="a.txt", content_type="text/plain", size_bytes=5),),
        review=PastReview(points=Decimal(8), comment="*Good*", released_at=NOON, reviewer="Ada"),
    )

    (version,) = page(PageInput(content=content, locale="en", answers=(answer,)))["versions"]

    assert version["comment"] == "Page 2."
    assert version["files"][0]["download_url"] == "/submissions/3/files/7"
    assert version["review"]["score"] == Decimal(8)
    assert "<em>Good</em>" in version["review"]["comment_html"]


def test_the_results_are_the_note() -> None:
    asked = ResultInput(content=None, locale="en", document={"comment": "Page 2."}, verdict={})

    assert results(asked) == {"comment": "Page 2."}
