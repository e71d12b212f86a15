"""One account that asks for consoles as fast as it can."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.integration.test_consoles import open_console, room

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests import classroom

__all__ = ["room"]
OPENS = 500


@pytest.mark.long
def test_500_opens_at_once_are_refused_with_a_sentence_from_however_many_browsers_and_others_are_unharmed(
    app: Flask, room: classroom.Room, as_student: FlaskClient, people: factories.People
) -> None:
    browsers = [as_student, *(factories.sign_in(app, people.ben) for _ in range(3))]
    with app.app_context():
        other = factories.user().id
        factories.enrolment(people.course, other)
    neighbour = factories.sign_in(app, other)

    answers = [open_console(browsers[number % len(browsers)], room) for number in range(OPENS)]
    unharmed = open_console(neighbour, room)

    codes = Counter(answer.status_code for answer in answers)
    assert codes == {503: 30, 429: OPENS - 30}  # 503: no terminal can be had in this test
    assert answers[-1].json["error"] == "Too many tries in a short time. Wait a minute, then try again."
    assert unharmed.status_code == 503
