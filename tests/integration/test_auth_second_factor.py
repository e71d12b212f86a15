from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from etude.core.sealing import is_sealed, seal
from etude.extensions import db
from etude.features.auth import phone_secrets
from etude.models import KnownDevice, RecoveryCode, User
from etude.models.user import totp
from etude.models.user.operations import end_sessions
from tests import factories
from tests.audited import audited
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(time: Time, *, steps: int = 0, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(time.at, counter_offset=steps)


@pytest.fixture
def with_codes(time: Time, app: Flask, people: factories.People) -> FlaskClient:
    """Ada's browser after her password, before her code."""
    with app.app_context(), db.session.begin():
        ada = db.session.get(User, people.ada)
        ada.totp_secret = SECRET
    return sign_in_as_ada(app)


def sign_in_as_ada(app: Flask) -> FlaskClient:
    client = app.test_client()
    factories.post(client, "/auth/sign-in", {"login": "ada", "password": factories.PASSWORD})
    return client


def give(client: FlaskClient, code: str) -> object:
    return factories.post(client, "/auth/code", {"code": code})


def is_in(client: FlaskClient) -> bool:
    return client.get("/courses").status_code == 200


def test_the_password_alone_opens_nothing(with_codes: FlaskClient) -> None:
    answer = with_codes.get("/courses")

    assert answer.status_code == 302
    assert answer.location.startswith("/auth/code")
    assert with_codes.get("/auth/password").location.startswith("/auth/code")


def test_a_right_code_opens_the_account(with_codes: FlaskClient, time: Time) -> None:
    give(with_codes, code_at(time))

    assert is_in(with_codes)


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_that_is_half_a_minute_off_is_forgiven(steps: int, with_codes: FlaskClient, time: Time) -> None:
    give(with_codes, code_at(time, steps=steps))

    assert is_in(with_codes)


def test_a_code_is_good_once(with_codes: FlaskClient, app: Flask, time: Time) -> None:
    code = code_at(time)
    give(with_codes, code)
    second = sign_in_as_ada(app)

    answer = give(second, code)

    assert "used already" in answer.text
    assert not is_in(second)


def test_the_code_before_a_used_one_is_refused_too(with_codes: FlaskClient, app: Flask, time: Time) -> None:
    give(with_codes, code_at(time))
    second = sign_in_as_ada(app)

    give(second, code_at(time, steps=-1))

    assert not is_in(second)


def test_wrong_codes_lock_even_when_the_password_is_given_anew_between(
    with_codes: FlaskClient, app: Flask, time: Time
) -> None:
    for _ in range(5):
        client = sign_in_as_ada(app)
        give(client, "000000")

    answer = factories.post(app.test_client(), "/auth/sign-in", {"login": "ada", "password": factories.PASSWORD})

    assert "Too many wrong tries" in answer.text


def test_the_code_that_locks_ends_the_sign_in(app: Flask, with_codes: FlaskClient, time: Time) -> None:
    for _ in range(5):
        answer = give(with_codes, "000000")

    assert answer.location == "/auth/sign-in"
    assert with_codes.get("/auth/code").location.startswith("/auth/sign-in")
    assert "login:totp:failed" in audited(app)


def test_a_browser_is_known_only_after_the_code(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    with app.app_context():
        before = db.session.query(KnownDevice).count()
    give(with_codes, code_at(time))

    with app.app_context():
        assert (before, db.session.query(KnownDevice).count()) == (0, 1)


def test_a_recovery_code_opens_the_account_once(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    with app.app_context(), db.session.begin():
        codes = RecoveryCode.replace_all(db.session, people.ada)
    give(with_codes, codes[0].upper().replace("-", " "))
    second = sign_in_as_ada(app)
    give(second, codes[0])

    assert is_in(with_codes)
    assert not is_in(second)
    assert "login:recovery:used" in audited(app)


def test_setting_up_shows_a_picture_inside_the_page_and_ten_codes_once(
    time: Time, as_teacher: FlaskClient, app: Flask, people: factories.People
) -> None:
    page = as_teacher.get("/auth/second-factor/enable").text
    secret = re.search(r"<code translate=\"no\">([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    setup = re.search(r'name="setup"[^>]*value="([^"]+)"', page).group(1)

    answer = factories.post(
        as_teacher, "/auth/second-factor/enable", {"setup": setup, "code": code_at(time, secret=secret)}
    )

    assert 'src="data:image/svg+xml' in page
    assert len(re.findall(r"<li><code>", answer.text)) == 10
    assert is_in(as_teacher), "the browser that proved the code goes on"
    with app.app_context():
        assert secret not in db.session.get(User, people.ada).totp_secret
        assert phone_secrets.read(db.session.get(User, people.ada)) == secret


def test_a_code_that_does_not_fit_sets_nothing_up(
    as_teacher: FlaskClient, app: Flask, people: factories.People
) -> None:
    page = as_teacher.get("/auth/second-factor/enable").text
    setup = re.search(r'name="setup"[^>]*value="([^"]+)"', page).group(1)

    answer = factories.post(as_teacher, "/auth/second-factor/enable", {"setup": setup, "code": "000000"})

    assert answer.status_code == 422
    assert setup.split(".")[0] in answer.text, "the same secret is asked for again"
    with app.app_context():
        assert db.session.get(User, people.ada).totp_secret is None


def test_a_secret_that_was_given_to_somebody_else_is_not_taken(
    time: Time, as_teacher: FlaskClient, as_admin: FlaskClient, app: Flask, people: factories.People
) -> None:
    page = as_admin.get("/auth/second-factor/enable").text
    secret = re.search(r"<code translate=\"no\">([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    setup = re.search(r'name="setup"[^>]*value="([^"]+)"', page).group(1)

    factories.post(as_teacher, "/auth/second-factor/enable", {"setup": setup, "code": code_at(time, secret=secret)})

    with app.app_context():
        assert db.session.get(User, people.ada).totp_secret is None


def test_removing_it_asks_for_the_password(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    give(with_codes, code_at(time))
    wrong = factories.post(with_codes, "/auth/second-factor/remove", {"present": "not it"})
    with app.app_context():
        after_wrong = db.session.get(User, people.ada).has_second_factor
    factories.post(with_codes, "/auth/second-factor/remove", {"present": factories.PASSWORD})

    assert "not your present password" in wrong.text
    assert after_wrong
    with app.app_context():
        assert not db.session.get(User, people.ada).has_second_factor


def test_new_recovery_codes_replace_the_old_ones(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    with app.app_context(), db.session.begin():
        old = RecoveryCode.replace_all(db.session, people.ada)
    give(with_codes, code_at(time))

    answer = factories.post(with_codes, "/auth/second-factor/codes", {"present": factories.PASSWORD})

    assert len(re.findall(r"<li><code>", answer.text)) == 10
    assert old[0] not in answer.text
    with app.app_context():
        assert RecoveryCode.get_unused(db.session, people.ada, old[0]) is None


def test_a_wrong_password_makes_no_new_recovery_codes(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    with app.app_context(), db.session.begin():
        old = RecoveryCode.replace_all(db.session, people.ada)
    give(with_codes, code_at(time))

    answer = factories.post(with_codes, "/auth/second-factor/codes", {"present": "not it"})

    assert answer.status_code == 422
    assert "not your present password" in answer.text
    with app.app_context():
        assert RecoveryCode.get_unused(db.session, people.ada, old[0]) is not None


@pytest.mark.parametrize("path", ["/codes", "/remove"])
def test_the_password_is_asked_for_before_anything_changes(
    path: str, with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    give(with_codes, code_at(time))

    page = with_codes.get("/auth/second-factor" + path)

    assert page.status_code == 200
    assert 'name="present"' in page.text
    with app.app_context():
        assert db.session.get(User, people.ada).has_second_factor


def test_the_page_counts_the_recovery_codes_that_are_left(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    with app.app_context(), db.session.begin():
        codes = RecoveryCode.replace_all(db.session, people.ada)
    give(with_codes, codes[0])

    page = with_codes.get("/auth/second-factor").text

    assert "9 recovery codes are left." in page


def test_who_has_no_second_factor_is_led_to_setting_it_up(as_teacher: FlaskClient) -> None:
    page = as_teacher.get("/auth/second-factor").text

    assert 'href="/auth/second-factor/enable"' in page
    assert "recovery code" not in page


def test_a_second_factor_that_is_set_up_is_not_set_up_again(with_codes: FlaskClient, time: Time) -> None:
    give(with_codes, code_at(time))

    answer = with_codes.get("/auth/second-factor/enable")

    assert answer.location == "/auth/second-factor"


def test_who_has_given_the_code_is_not_asked_again(with_codes: FlaskClient, time: Time) -> None:
    give(with_codes, code_at(time))

    answer = with_codes.get("/auth/code?next=/auth/profile")

    assert answer.location == "/auth/profile"


def test_an_empty_code_counts_as_no_try(with_codes: FlaskClient, app: Flask, people: factories.People) -> None:
    page = with_codes.get("/auth/code")
    answer = give(with_codes, "")

    assert page.status_code == 200
    assert 'name="code"' in page.text
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get(User, people.ada).failed_logins == 0


@pytest.mark.parametrize("path", ["", "/enable", "/codes", "/remove"])
def test_students_have_no_second_factor_pages(path: str, as_student: FlaskClient) -> None:
    assert as_student.get("/auth/second-factor" + path).status_code == 404


def test_the_step_of_a_code_is_found_by_the_time_alone(time: Time) -> None:
    step = int(time.at.timestamp()) // 30

    assert totp.find_step(SECRET, code_at(time), time.at) == step
    assert totp.find_step(SECRET, code_at(time, steps=2), time.at) is None
    assert totp.find_step("", code_at(time), time.at) is None
    assert totp.find_step(SECRET, "12 34", time.at) is None


def test_ending_all_sign_ins_asks_for_password_and_code_again(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    give(with_codes, code_at(time))
    with app.app_context(), db.session.begin():
        end_sessions(db.session, db.session.get(User, people.ada), time.at)

    assert with_codes.get("/courses").location.startswith("/auth/sign-in")


def test_a_secret_from_before_secrets_were_sealed_is_sealed_when_it_is_used(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    give(with_codes, code_at(time))

    with app.app_context():
        stored = db.session.get(User, people.ada).totp_secret
        assert is_sealed(stored)
        assert SECRET not in stored
    time.forward(seconds=30)
    again = sign_in_as_ada(app)
    give(again, code_at(time))
    assert is_in(with_codes)
    assert is_in(again)


def test_the_sealed_secret_of_another_account_opens_nothing(
    with_codes: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    with app.app_context(), db.session.begin():
        stolen = seal(app.config["SECRET_KEY"], f"totp:{people.admin}", SECRET)
        db.session.get(User, people.ada).totp_secret = stolen

    answer = give(with_codes, code_at(time))

    assert answer.status_code == 422
    assert not is_in(with_codes)


@pytest.fixture
def restored(with_codes: FlaskClient, app: Flask, people: factories.People) -> FlaskClient:
    """Ada's browser after her password, in a school that was restored without its key."""
    with app.app_context(), db.session.begin():
        db.session.get(User, people.ada).totp_secret = seal(
            "the key of the old machine" * 2, f"totp:{people.ada}", SECRET
        )
        with_codes.recovery_codes = RecoveryCode.replace_all(db.session, people.ada)
    return with_codes


def test_after_a_restore_without_the_key_the_page_says_what_to_do_and_locks_nobody(
    restored: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    pages = [give(restored, code_at(time)).get_data(as_text=True) for _ in range(6)]

    assert all("restored from a backup without its key" in page for page in pages)
    assert not is_in(restored)
    with app.app_context():
        assert db.session.get(User, people.ada).failed_logins == 0


def test_after_a_restore_without_the_key_a_recovery_code_opens_the_account_and_the_phone_is_set_up_again(
    restored: FlaskClient, app: Flask, people: factories.People, time: Time
) -> None:
    answer = give(restored, restored.recovery_codes[0])

    page = restored.get(answer.location, follow_redirects=True).get_data(as_text=True)
    assert "Set your phone up again" in page
    factories.post(restored, "/auth/second-factor/remove", {"present": factories.PASSWORD})
    page = restored.get("/auth/second-factor/enable").get_data(as_text=True)
    assert 'name="setup"' in page


def test_after_a_restore_without_the_key_wrong_recovery_codes_are_counted(
    restored: FlaskClient, app: Flask, people: factories.People
) -> None:
    for _ in range(5):
        give(restored, "aaaaa-aaaaa")

    with app.app_context():
        assert db.session.get(User, people.ada).failed_logins == 5


def test_recovery_codes_are_stored_as_hashes_only(app: Flask, people: factories.People) -> None:
    with app.app_context(), db.session.begin():
        codes = RecoveryCode.replace_all(db.session, people.ada)
        db.session.flush()
        stored = [row.code_hash for row in db.session.query(RecoveryCode)]

    plain = {code.replace("-", "") for code in codes}
    assert len(stored) == len(plain) == 10
    assert all(len(one) == 64 and one not in plain for one in stored)
