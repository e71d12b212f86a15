from __future__ import annotations

import pytest

from etude.app import create_app
from etude.config import Config, ConfigError
from etude.core.transport import database_address, is_here, may_be_plain, refuse_plain

DATABASE = "postgresql+psycopg://etude:secret@"


@pytest.mark.parametrize(
    "host", ["", "localhost", "db.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "/run/postgresql"]
)
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_here(host)


@pytest.mark.parametrize("host", ["db.school.example", "10.0.0.7", "localhost.example", "2001:db8::1", "0.0.0.0"])
def test_every_other_host_is_elsewhere(host: str) -> None:
    assert not is_here(host)


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("database_url", DATABASE + "db.example/etude?sslmode=require"),
        ("database_url", DATABASE + "db.example/etude?sslmode=disable"),
        ("database_url", DATABASE + "/etude?host=db.example:5432&sslmode=prefer"),
        ("database_url", DATABASE + "/etude?hostaddr=2001:db8::1&sslmode=verify-ca"),
        ("database_url", DATABASE + "localhost,db.example/etude?host=db.example&sslmode=allow"),
        ("redis_url", "redis://:secret@redis.example:6379/0"),
        ("redis_url", "rediss://redis.example/0?ssl_cert_reqs=none"),
        ("redis_url", "rediss://redis.example/0?ssl_check_hostname=false"),
        ("webhook_url", "http://chat.example/hook"),
    ],
)
def test_plain_link_to_another_host_is_refused_at_the_start_in_one_sentence(setting: str, address: str) -> None:
    with pytest.raises(ConfigError) as refused:
        create_app(Config(testing=True, **{setting: address}))

    assert f"ETUDE_{setting.upper()} would reach" in str(refused.value)
    assert "ETUDE_PLAIN_HOSTS=" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("database_url", DATABASE + "db.example/etude"),
        ("database_url", DATABASE + "db.example/etude?sslmode=verify-full&sslrootcert=/etc/etude/ca.pem"),
        ("database_url", DATABASE + "127.0.0.1/etude?sslmode=disable"),
        ("database_url", DATABASE + "/etude?host=/run/postgresql&sslmode=disable"),
        ("redis_url", "rediss://redis.example/0?ssl_ca_certs=/etc/etude/ca.pem"),
        ("redis_url", "redis://localhost:6379/0"),
        ("redis_url", "unix:///run/redis/redis.sock"),
        ("webhook_url", "https://chat.example/hook"),
        ("smtp_url", "smtp://mail.example"),
    ],
)
def test_checked_link_and_link_within_this_machine_are_fine(setting: str, address: str) -> None:
    refuse_plain(Config(**{setting: address}))


def test_host_that_is_named_may_be_reached_in_the_clear_and_no_other() -> None:
    config = Config(redis_url="redis://Redis.lan:6379", webhook_url="http://chat.lan/", plain_hosts="db.lan, redis.lan")

    assert may_be_plain(config, "db.lan")
    with pytest.raises(ConfigError, match=r"chat\.lan"):
        refuse_plain(config)


def test_postgresql_elsewhere_is_told_to_check_the_certificate_and_its_name() -> None:
    address = database_address(Config(database_url=DATABASE + "db.example/etude"))

    assert address.query["sslmode"] == "verify-full"
    assert address.query["sslrootcert"]


def test_authority_of_ones_own_is_kept() -> None:
    given = DATABASE + "db.example/etude?sslrootcert=/etc/etude/ca.pem"

    assert database_address(Config(database_url=given)).query["sslrootcert"] == "/etc/etude/ca.pem"


@pytest.mark.parametrize("host", ["localhost", "db.lan"])
def test_postgresql_here_or_named_is_reached_as_it_is_written(host: str) -> None:
    given = DATABASE + f"{host}/etude"
    config = Config(database_url=given, plain_hosts="db.lan")

    assert database_address(config).render_as_string(hide_password=False) == given
