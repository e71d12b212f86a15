from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import dramatiq
import pytest
import sqlalchemy as sa

from etude.core import clock
from etude.core.incidents import Incident
from etude.extensions import db
from etude.features.health import alarms
from etude.models import ErrorGroup, User
from etude.queue import TaskMessage

if TYPE_CHECKING:
    from flask import Flask

    from etude.config import Config
    from tests import factories
    from tests.conftest import Time


@pytest.fixture
def reachable(config: Config) -> Config:
    """Mail and a webhook are set; the admin has no address unless a test gives one."""
    return replace(
        config,
        smtp_url="smtp://127.0.0.1:1",
        mail_from="etude@school.example",
        alert_mail="ops@school.example",
        webhook_url="https://chat.example/hook",
    )


def sent() -> list[tuple[str, tuple[str, ...]]]:
    messages = [dramatiq.Message.decode(body) for body in db.session.scalars(sa.select(TaskMessage.body))]
    return sorted((one.actor_name, tuple(one.args)) for one in messages)


def test_trouble_is_told_after_ten_minutes_and_again_a_day_later(app: Flask, reachable: Config, time: Time) -> None:
    with app.app_context():
        counts = [alarms.tell(reachable, clock.now())]
        for minutes in (9, 2, 5, 24 * 60 - 10, 10):
            time.forward(minutes=minutes)
            counts.append(alarms.tell(reachable, clock.now()))

    assert [bool(count) for count in counts] == [False, False, True, False, False, True]


def test_mail_and_webhook_say_what_is_wrong_and_what_helps(app: Flask, reachable: Config, time: Time) -> None:
    with app.app_context():
        alarms.tell(reachable, clock.now())
        time.forward(minutes=10)
        alarms.tell(reachable, clock.now())

        (_mail, (address, subject, text)), (_hook, posted) = sent()
    assert address == "ops@school.example"
    assert (subject, text) == posted
    assert subject == "École de test: something needs you"
    assert "No worker is judging: every answer waits.\nWhat helps: etude worker" in text
    assert "School → Health" in text


def test_without_an_address_of_its_own_each_admin_is_written_to_in_their_language(
    app: Flask, people: factories.People, reachable: Config, time: Time
) -> None:
    with app.app_context():
        with db.session.begin():
            admin = db.session.get_one(User, people.admin)
            admin.email, admin.locale = "eve@school.example", "fr"
        config = replace(reachable, alert_mail="", webhook_url="")
        alarms.tell(config, clock.now())
        time.forward(minutes=10)
        alarms.tell(config, clock.now())

        ((_mail, (address, _subject, text)),) = sent()
    assert address == "eve@school.example"
    assert "Ce qui aide" in text


def test_trouble_that_is_over_and_comes_back_is_told_anew(
    app: Flask, reachable: Config, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles = alarms._troubles
    told = []
    with app.app_context():
        for is_wrong in (True, True, False, True, True):
            monkeypatch.setattr(alarms, "_troubles", troubles if is_wrong else lambda *_args: {})
            told.append(bool(alarms.tell(reachable, clock.now())))
            time.forward(minutes=10)

    assert told == [False, True, False, False, True]


def test_error_that_is_new_is_told_with_its_id_in_the_log(app: Flask, reachable: Config, time: Time) -> None:
    at = clock.now()
    error = Incident(fingerprint="f", kind="job_failed: OSError", place="", log_id="a1b2", first_at=at, last_at=at)
    with app.app_context():
        with db.session.begin():
            ErrorGroup.add(db.session, [error])
        alarms.tell(reachable, clock.now())
        time.forward(minutes=10)
        alarms.tell(reachable, clock.now())

        assert "job_failed: OSError (–). Its id in the log is a1b2." in json.dumps(sent()[0], ensure_ascii=False)


def test_where_nobody_can_be_told_nothing_is_taken_for_told(app: Flask, config: Config, time: Time) -> None:
    with app.app_context():
        alarms.tell(config, clock.now())
        time.forward(minutes=10)

        assert alarms.tell(config, clock.now()) == 0
        assert sent() == []
