from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from etude.app import create_app
from etude.config import Config
from etude.extensions import db
from etude.features.auth import phone_secrets
from etude.models import AuditEntry, User
from etude.serving.keys import MOST_KEYS
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Done

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def school(tmp_path: Path, empty_school: Path) -> Config:
    config = Config(data=tmp_path, testing=True)
    config.make_secret_key()
    shutil.copy(empty_school, config.data)
    return config


def cookie_of(config: Config) -> tuple[int, str]:
    """Sign Ada in; return her id and the cookie that her browser holds."""
    app = create_app(config)
    with app.app_context():
        ada = factories.people().ada
    client = factories.sign_in(app, ada)
    with app.app_context():
        db.engine.dispose()
    return ada, client.get_cookie("etude").value


def is_signed_in(config: Config, cookie: str) -> bool:
    app = create_app(config)
    client = app.test_client()
    client.set_cookie("etude", cookie)
    answer = client.get("/auth/profile")
    with app.app_context():
        db.engine.dispose()
    return answer.status_code == 200


def test_new_key_signs_nobody_out_until_it_is_older_than_two_others(school: Config, run: Callable[..., Done]) -> None:
    _ada, cookie = cookie_of(school)

    stays = [is_signed_in(school, cookie)]
    for _time in range(MOST_KEYS):
        run("key", "rotate", "--data", school.data)
        stays.append(is_signed_in(school, cookie))

    assert stays == [True, True, True, False]
    assert len(school.read_secret_keys()) == len(set(school.read_secret_keys())) == MOST_KEYS
    assert school.secret_key_path.stat().st_mode & 0o777 == 0o600


def test_forgetting_the_older_keys_signs_everybody_out_and_keeps_the_phones(
    school: Config, run: Callable[..., Done]
) -> None:
    ada, cookie = cookie_of(school)
    with create_app(school).app_context():
        with db.session.begin():
            phone_secrets.keep(db.session.get_one(User, ada), SECRET)
        db.engine.dispose()

    done = run("key", "rotate", "--forget", "--data", school.data)

    assert "sealed anew: 1" in done.out
    assert len(school.read_secret_keys()) == 1
    assert not is_signed_in(school, cookie)
    with create_app(school).app_context():
        with db.session.begin():
            assert phone_secrets.read(db.session.get_one(User, ada)) == SECRET
            assert AuditEntry.get_last(db.session).tag == "school:key:rotated"
        db.engine.dispose()


def test_form_that_was_open_while_the_key_was_changed_is_still_taken(school: Config, run: Callable[..., Done]) -> None:
    app = create_app(school)
    client = app.test_client()
    token = factories.csrf(client)
    cookie = client.get_cookie("etude").value
    run("key", "rotate", "--data", school.data)

    later = create_app(school).test_client()
    later.set_cookie("etude", cookie)
    sent = {"login": "nobody", "password": "wrong", "csrf_token": token}
    answer = later.post("/auth/sign-in", data=sent)

    assert answer.status_code == 422
    assert "is wrong" in answer.text


def test_without_a_key_it_is_one_sentence(tmp_path: Path, run: Callable[..., Done]) -> None:
    done = run("key", "rotate", "--data", tmp_path)

    assert done.code == 2
    assert done.err.count("\n") == 1
