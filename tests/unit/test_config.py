from __future__ import annotations

import stat
from pathlib import Path

import pytest

from etude.config import Config, ConfigError, from_environment


def test_without_settings_it_is_a_laptop_that_only_itself_can_open() -> None:
    config = from_environment({})

    assert (config.host, config.port, config.data) == ("127.0.0.1", 8000, Path("data"))
    assert config.database.startswith("sqlite:///")


def test_what_is_given_wins_over_the_environment() -> None:
    assert from_environment({"ETUDE_PORT": "9000"}, port=8123).port == 8123


def test_an_option_that_was_not_given_leaves_the_environment() -> None:
    assert from_environment({"ETUDE_PORT": "9000"}, port=None).port == 9000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ETUDE_PORT", "eighty"),
        ("ETUDE_PORT", "0"),
        ("ETUDE_PORT", "70000"),
        ("ETUDE_LOG_LEVEL", "LOUD"),
        ("ETUDE_DATABASE_URL", "mysql://x"),
        ("ETUDE_REDIS_URL", "http://x"),
        ("ETUDE_WORKERS", "-1"),
        ("ETUDE_JAIL_UID", "0"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_never_guessed_at(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        from_environment({name: value})


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://etude:hunter2@db/etude\n")

    config = from_environment({"ETUDE_DATABASE_URL_FILE": str(tmp_path / "url")})

    assert config.database == "postgresql+psycopg://etude:hunter2@db/etude"


def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ConfigError, match="ETUDE_SMTP_URL_FILE"):
        from_environment({"ETUDE_SMTP_URL_FILE": "/nonexistent"})


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    config = Config(data=tmp_path)

    assert config.make_secret_key()
    key = config.read_secret_keys()[0]
    assert not config.make_secret_key()

    assert config.read_secret_keys()[0] == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_key_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("guess")

    with pytest.raises(ConfigError, match="too short"):
        Config(data=tmp_path).read_secret_keys()[0]


def test_a_missing_key_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="etude serve"):
        Config(data=tmp_path).read_secret_keys()[0]
