from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from etude.web.plain_http import is_public

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config

INTERNET = {"REMOTE_ADDR": "8.8.8.8"}


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.20", "169.254.7.7", "100.64.0.1", "fd00::7",
                "fe80::1%eth0", "::1", "etude.lan", "classroom.example"],
)  # fmt: skip
def test_addresses_of_a_room_and_names_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "193.0.6.139"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("path", ["/auth/sign-in", "/join", "/courses"])
def test_public_sign_in_over_plain_http_is_refused_with_a_sentence(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="http://classroom.example", environ_base=INTERNET)

    assert answer.status_code == 403
    assert "https://classroom.example" in answer.text


def test_password_that_was_sent_all_the_same_is_not_looked_at(client: FlaskClient) -> None:
    sent = {"login": "ada", "password": "correct horse battery"}

    answer = client.post("/auth/sign-in", data=sent, environ_base=INTERNET)

    assert answer.status_code in (400, 403)
    assert "Set-Cookie" not in answer.headers


def test_address_of_the_internet_is_no_room_though_a_proxy_hides_who_asks(client: FlaskClient) -> None:
    assert client.get("/auth/sign-in", base_url="http://193.0.6.139:8000").status_code == 403


def test_by_https_from_a_room_and_for_pages_of_everybody_nothing_changes(client: FlaskClient) -> None:
    room = {"REMOTE_ADDR": "192.168.1.33"}

    assert client.get("/auth/sign-in", base_url="https://classroom.example", environ_base=INTERNET).status_code == 200
    assert client.get("/auth/sign-in", base_url="http://etude.lan", environ_base=room).status_code == 200
    assert client.get("/about", base_url="http://classroom.example", environ_base=INTERNET).status_code == 200


def test_host_that_a_setting_names_is_a_rooms(app: Flask, config: Config) -> None:
    app.extensions["etude"] = replace(config, plain_hosts="classroom.example")

    answer = app.test_client().get("/auth/sign-in", base_url="http://classroom.example", environ_base=INTERNET)

    assert answer.status_code == 200
