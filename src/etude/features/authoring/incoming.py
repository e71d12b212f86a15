"""Archives that wait between the two steps of an import: seen, not yet stored."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from etude.core.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from etude.config import Config

KEPT_FOR = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def keep(config: Config, archive: bytes, *, user_id: int, at: datetime) -> str:
    """Keep an archive for its second step; return the token that only this person can use. Old ones go."""
    folder = _folder(config)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.stat().st_mtime < (at - KEPT_FOR).timestamp():
            path.unlink(missing_ok=True)
    token = secrets.token_urlsafe(16)
    _path(config, token, user_id).write_bytes(archive)
    return token


def read(config: Config, token: str, *, user_id: int) -> bytes:
    """Return an archive that waits.

    Raises:
        NotFound: there is none of this token for this person, or it waited too long.
    """
    if not _TOKEN.fullmatch(token):
        raise NotFound
    try:
        return _path(config, token, user_id).read_bytes()
    except FileNotFoundError as error:
        raise NotFound from error


def forget(config: Config, token: str, *, user_id: int) -> None:
    """Remove an archive that was stored."""
    if _TOKEN.fullmatch(token):
        _path(config, token, user_id).unlink(missing_ok=True)


def _folder(config: Config) -> Path:
    return config.build_cache / "imports"


def _path(config: Config, token: str, user_id: int) -> Path:
    return _folder(config) / f"{user_id}-{token}.zip"
