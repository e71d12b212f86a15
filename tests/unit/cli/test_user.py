from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from etude.app import create_app
from etude.cli.main import root
from etude.cli.talk import Exit
from etude.config import Config
from etude.core import schema
from etude.core.errors import EtudeError
from etude.extensions import db
from etude.features.auth import services
from etude.models import User

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Time

ADA = ("ada", "--given-name", "Ada", "--family-name", "Lovelace")
PASSWORD = "a long sentence"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    config = Config(data=tmp_path / "data", testing=True)
    config.data.mkdir()
    config.make_secret_key()
    with create_app(config).app_context():
        schema.upgrade(db.engine)
        db.engine.dispose()
    return config.data


def run(data: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(root, ["user", *arguments, "--data", str(data)], input=typed)


def test_an_account_that_was_made_can_sign_in(data: Path, time: Time) -> None:
    answer = run(data, "create", *ADA, "--role", "admin", typed=PASSWORD + "\n")

    assert answer.exit_code == 0
    with create_app(Config(data=data)).app_context():
        outcome = services.sign_in("ada", PASSWORD, visitor=services.Visitor("", "test"), at=time())
        assert outcome.signed_in is not None
        assert User.get_by_login(db.session, "ada").is_admin
        db.engine.dispose()


def test_a_short_password_is_refused_and_nothing_is_made(data: Path) -> None:
    answer = run(data, "create", *ADA, typed="short\n")

    assert answer.exit_code == Exit.WRONG_USE
    assert json.loads(run(data, "list", "--json").output) == []


def test_an_invitation_prints_a_link_that_works_once(data: Path) -> None:
    answer = run(data, "invite", *ADA)

    assert "/auth/invitation/" in answer.output


def test_a_user_name_is_given_only_once(data: Path) -> None:
    run(data, "invite", *ADA)

    assert isinstance(run(data, "invite", *ADA).exception, EtudeError)


def test_a_student_who_forgot_the_password_gets_three_words(data: Path) -> None:
    run(data, "create", *ADA, "--role", "student", typed=PASSWORD + "\n")

    answer = run(data, "reset-password", "ada")

    assert answer.output.splitlines()[-1].count("-") == 2


def test_a_lock_is_lifted(data: Path) -> None:
    run(data, "create", *ADA, typed=PASSWORD + "\n")

    assert run(data, "unlock", "ADA").exit_code == 0


def test_the_list_tells_role_and_lock(data: Path) -> None:
    run(data, "invite", *ADA)

    (row,) = json.loads(run(data, "list", "--json").output)

    assert (row["login"], row["name"], row["role"], row["locked"]) == ("ada", "Ada Lovelace", "teacher", False)
    assert "Ada Lovelace" in run(data, "list").output


@pytest.mark.long
def test_the_second_step_is_removed_from_the_terminal(data: Path) -> None:
    run(data, "create", *ADA, typed=PASSWORD + "\n")
    with create_app(Config(data=data)).app_context():
        with db.session.begin():
            User.get_by_login(db.session, "ada").totp_secret = "JBSWY3DPEHPK3PXP"
        db.engine.dispose()

    answer = run(data, "remove-second-step", "ada")

    assert answer.exit_code == 0
    with create_app(Config(data=data)).app_context():
        assert not User.get_by_login(db.session, "ada").has_second_factor
        db.engine.dispose()
