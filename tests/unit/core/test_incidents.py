from __future__ import annotations

import logging as stdlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from etude.config import ConfigError, from_environment
from etude.core import incidents as module
from etude.core import logging
from etude.core.incidents import MOST_GROUPS, Incident, Incidents, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Incidents]:
    root = stdlib.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers = []
    mine = Incidents()
    monkeypatch.setattr(module, "incidents", mine)
    logging.configure()
    yield mine
    root.handlers = before
    root.setLevel(level)
    logging.clear()


def incident(fingerprint: str, at: datetime = AT) -> Incident:
    return Incident(fingerprint=fingerprint, kind="k", place="p", log_id="l", first_at=at, last_at=at)


def caught(text: str) -> Exception:
    with pytest.raises(ConfigError) as error:
        from_environment({"ETUDE_PORT": text})
    return error.value


def test_errors_of_one_cause_have_one_fingerprint_whatever_their_message_says() -> None:
    one, other = describe("unexpected_error", caught("Ben")), describe("unexpected_error", caught("Cy"))

    assert one == other
    assert one["error_kind"] == "unexpected_error: ConfigError"
    assert one["error_place"] == "config.py:read"
    assert describe("job_failed", caught("Ben"))["fingerprint"] != one["fingerprint"]


def test_groups_count_and_keep_the_first_time_and_the_last_id() -> None:
    mine = Incidents()

    mine.note(incident("a"))
    mine.note(incident("a", AT + timedelta(minutes=5)))

    (group,) = mine.take()
    assert (group.count, group.first_at, group.last_at) == (2, AT, AT + timedelta(minutes=5))
    assert not mine.happened.is_set()
    assert mine.take() == []


def test_flood_of_different_errors_fills_no_memory() -> None:
    mine = Incidents()

    for number in range(MOST_GROUPS + 50):
        mine.note(incident(str(number)))

    assert len(mine.take()) == MOST_GROUPS


def test_logged_error_is_noted_under_the_id_of_its_request(noted: Incidents) -> None:
    logging.bind(request_id="abc")

    try:
        int("Ben Roy")
    except ValueError:
        logging.get("etude.test").exception("unexpected_error")

    (group,) = noted.take()
    assert (group.log_id, group.kind) == ("abc", "unexpected_error: ValueError")
    assert "Ben" not in f"{group.kind} {group.place}"


def test_error_of_a_library_is_noted_once_and_a_warning_is_not(noted: Incidents) -> None:
    stdlib.getLogger("dramatiq.worker").error("went wrong: %s", "Ben", exc_info=caught("x"))
    logging.get("etude.test").warning("nearly")

    (group,) = noted.take()
    assert (group.count, group.kind, group.place) == (1, "dramatiq.worker: ConfigError", "config.py:read")
