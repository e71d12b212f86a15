"""Critical operations on the pages: each writes its entry; one whose entry cannot be written did not happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import AuditEntry, Enrolment
from tests import classroom, factories

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

OPERATIONS = {
    "account:lock:lifted": ("admin", "/school/accounts/{ben}/unlock", {}),
    "account:role:changed": (
        "admin",
        "/school/accounts/{ada}",
        {"given_name": "Ada", "family_name": "Teacher", "login": "ada", "school_role": "admin"},
    ),
    "account:user:deleted": ("admin", "/school/accounts/{ben}/delete", {}),
    "account:data:erased": ("admin", "/school/accounts/{ben}/erase", {}),
    "school:settings:updated": (
        "admin",
        "/school/settings",
        {"school_name": "X", "locale": "fr", "zone": "UTC", "contact": "A", "address": ""},
    ),
    "course:enrolment:deleted": ("ada", "/enrolments/{place}/remove", {}),
    "course:assignment:deleted": ("ada", "/assignments/{assignment}/delete", {}),
    "course:course:deleted": ("ada", "/courses/{course}/delete", {}),
    "progress:completion:marked": (
        "ada",
        "/assignments/{assignment}/completions",
        {"user_id": "{ben}", "is_completed": "yes"},
    ),
}
"""The tag that each writes, who does it, where, and what is sent."""


def everything(app: Flask) -> dict[str, str]:
    """Every row of the database."""
    with app.app_context(), db.engine.connect() as connection:
        names = sa.inspect(db.engine).get_table_names()
        return {name: str(connection.execute(sa.text(f'SELECT * FROM "{name}"')).all()) for name in names}


@pytest.mark.parametrize("tag", OPERATIONS)
def test_an_act_and_its_entry_are_written_together_or_not_at_all(
    app: Flask, time: object, people: factories.People, monkeypatch: pytest.MonkeyPatch, tag: str
) -> None:
    with app.app_context():
        room = classroom.open_room(people)
        place = Enrolment.get_for(db.session, people.course, people.ben).id
    who, path, data = OPERATIONS[tag]
    values = {**vars(people), "place": place, "assignment": room.assignment}
    path, data = path.format(**values), {name: text.format(**values) for name, text in data.items()}
    browser: FlaskClient = factories.sign_in(app, getattr(people, who))
    before = everything(app)

    with monkeypatch.context() as broken:
        broken.setattr(AuditEntry, "get_head", lambda session: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            factories.post(browser, path, data)
    after_failure = everything(app)
    answer = factories.post(browser, path, data)

    assert after_failure == before
    assert answer.status_code in (302, 303)
    with app.app_context():
        assert tag in db.session.scalars(sa.select(AuditEntry.tag)).all()
