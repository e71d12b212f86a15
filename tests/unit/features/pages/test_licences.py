from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from etude.features.pages import licences

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    licences.libraries.cache_clear()
    yield
    licences.libraries.cache_clear()


def test_the_libraries_we_stand_on_are_listed_with_version_and_licence() -> None:
    found = {library.name.lower(): library for library in licences.libraries()}

    assert {"flask", "sqlalchemy", "werkzeug", "jinja2"} <= set(found)
    assert found["flask"].version == metadata.version("flask")
    assert "BSD" in found["flask"].licence


def test_libraries_stand_in_the_order_of_their_names_without_ourselves() -> None:
    names = [library.name.lower() for library in licences.libraries()]

    assert names == sorted(set(names))
    assert "etude" not in names


def test_what_the_libraries_need_in_turn_is_listed_too() -> None:
    found = licences._closure("flask")

    assert {name.lower() for name in found} >= {"flask", "werkzeug", "jinja2", "markupsafe"}


def test_a_package_that_is_not_installed_is_said_to_be_missing() -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        licences._closure("no-such-package")


def test_from_a_checkout_everything_installed_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> set[str]:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(licences, "_closure", missing)

    assert "pytest" in {library.name for library in licences.libraries()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("License-Expression: MIT\nLicense: long", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License\nLicense: x", "BSD License"),
        ("License: Apache 2.0\n  and more", "Apache 2.0"),
        ("Name: x", ""),
    ],
)
def test_a_licence_is_told_in_a_few_words(text: str, expected: str) -> None:
    from email import message_from_string

    assert licences._licence(message_from_string(text)) == expected
