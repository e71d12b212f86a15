"""The list of erased accounts that lies outside the database and its backups: a restore must not bring them back.

A file of JSON lines: numbers and times, nothing of the persons.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True, order=True)
class Erased:
    """An erased account: its number, when it was made, when it was erased, until when its records stay."""

    user_id: int
    account_made_at: datetime
    erased_at: datetime
    kept_until: datetime


def read(*folders: Path) -> list[Erased]:
    """Return what the lists in these folders name, each account once; a folder without a list has none.

    Raises:
        ValueError: a list is damaged.
    """
    found: dict[int, Erased] = {}
    for folder in folders:
        path = folder / NAME
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            user_id, *times = json.loads(line)
            one = Erased(int(user_id), *(datetime.fromisoformat(time) for time in times))
            found.setdefault(one.user_id, one)
    return sorted(found.values())


def write(folder: Path, erased: Iterable[Erased]) -> None:
    """Put these accounts on the list in a folder; those that are on it stay. A power cut leaves the old or the new."""
    known = {one.user_id: one for one in read(folder)}
    known = {**{one.user_id: one for one in erased}, **known}
    lines = [
        json.dumps([one.user_id, *(at.isoformat() for at in (one.account_made_at, one.erased_at, one.kept_until))])
        for one in sorted(known.values())
    ]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / (NAME + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o600)
    part.replace(folder / NAME)
