from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from etude.core.errors import NotFound
from etude.features.authoring import incoming

if TYPE_CHECKING:
    from etude.config import Config

AT = datetime.now(UTC)


def test_an_archive_waits_for_the_person_who_brought_it(config: Config) -> None:
    token = incoming.keep(config, b"zip", user_id=1, at=AT)

    assert incoming.read(config, token, user_id=1) == b"zip"
    with pytest.raises(NotFound):
        incoming.read(config, token, user_id=2)
    incoming.forget(config, token, user_id=1)
    with pytest.raises(NotFound):
        incoming.read(config, token, user_id=1)


@pytest.mark.parametrize("token", ["", "..", "../../secret.key", "x" * 22 + "/..", "x" * 22])
def test_a_made_up_token_finds_nothing(config: Config, token: str) -> None:
    with pytest.raises(NotFound):
        incoming.read(config, token, user_id=1)
    incoming.forget(config, token, user_id=1)


def test_what_waited_too_long_goes(config: Config) -> None:
    old = incoming.keep(config, b"old", user_id=1, at=AT)
    path = next((config.build_cache / "imports").iterdir())
    long_ago = (AT - incoming.KEPT_FOR - timedelta(hours=1)).timestamp()
    os.utime(path, (long_ago, long_ago))

    incoming.keep(config, b"new", user_id=1, at=AT)

    with pytest.raises(NotFound):
        incoming.read(config, old, user_id=1)
