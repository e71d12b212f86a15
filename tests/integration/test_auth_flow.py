from __future__ import annotations

from typing import TYPE_CHECKING

from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.conftest import Time


def sign_in(client: FlaskClient, login: str, password: str) -> object:
    return factories.post(client, "/auth/sign-in", {"login": login, "password": password})


def test_right_password_leads_to_the_courses(client: FlaskClient, people: factories.People) -> None:
    answer = sign_in(client, "BÉN", factories.PASSWORD)

    assert answer.status_code == 302
    assert "My courses" in client.get(answer.location, follow_redirects=True).text


def test_wrong_passwords_lock_the_account_for_a_growing_time(
    client: FlaskClient, people: factories.People, time: Time
) -> None:
    for _ in range(5):
        answer = sign_in(client, "ben", "wrong password")

    assert "Too many wrong tries" in answer.text
    assert "Too many wrong tries" in sign_in(client, "ben", factories.PASSWORD).text

    time.forward(minutes=1, seconds=1)

    assert sign_in(client, "ben", factories.PASSWORD).status_code == 302
