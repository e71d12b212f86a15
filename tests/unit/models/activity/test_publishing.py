from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from etude.content import Agreement
from etude.models import ActivityVersion
from etude.models.activity.publishing import Publishing, done_result, may_publish, result_at_once
from tests.authoring import sample

AT = datetime(2026, 11, 24, tzinfo=UTC)


def version(result: dict[str, Any] | None) -> ActivityVersion:
    return ActivityVersion(check_result=result)


def done(*verdicts: str, expected: str = "AC") -> dict[str, Any]:
    return done_result(
        (
            Agreement(
                activity="x", file=f"s/{i}", language="python", course_language="fr", expected=(expected,), verdict=one
            )
            for i, one in enumerate(verdicts)
        ),
        AT,
    )


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        (None, Publishing.UNCHECKED),
        ({"state": "waiting", "asked_at": "x"}, Publishing.UNCHECKED),
        ({"state": "failed", "rows": [], "reason": "x"}, Publishing.UNCHECKED),
        (done(), Publishing.NO_SOLUTIONS),
        (done("AC", "AC"), Publishing.READY),
        (done("AC", "WA"), Publishing.DISAGREES),
        (done("AC", "IE"), Publishing.UNCHECKED),
        (done("WA", "IE"), Publishing.DISAGREES),
    ],
)
def test_only_a_contradiction_forbids_publishing(result: dict[str, Any] | None, answer: Publishing) -> None:
    assert may_publish(version(result)) is answer


def test_an_activity_without_a_version_is_unchecked() -> None:
    assert may_publish(None) is Publishing.UNCHECKED


def test_quizzes_and_hand_ins_are_checked_without_a_jail() -> None:
    for slug in ("quiz-basics", "flowchart"):
        result = result_at_once(sample(slug), AT)

        assert may_publish(version(result)) is Publishing.READY
        assert result["checked_at"] == AT.isoformat()


def test_programs_wait_for_the_worker() -> None:
    assert result_at_once(sample("hello"), AT) is None
