"""What is known of each backup: a small file beside it says whether its restore was proved, and where it was sent."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from etude.core.errors import NotFound, Notice, _
from etude.features.backups.scratch import locked

if TYPE_CHECKING:
    from pathlib import Path

    from etude.config import Config

NOTE = re.compile(r"etude-\d{8}T\d{6}Z\.json")
WAITING = ".note"
NAME = re.compile(r"etude-(\d{8}T\d{6}Z)\.tar(\.age)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup: when it was made, its size, whether a restore of it was proved, and where it was sent.

    `sha256` is that of the bytes that were proved, "" if it was not kept; `sent_to` is "" if it was not sent;
    `recipient` is the public half of the key that it is encrypted with, "" if it is not.
    """

    name: str
    made_at: datetime
    size_bytes: int
    is_proved: bool
    faults: tuple[Notice, ...] = ()
    sha256: str = ""
    sent_to: str = ""
    sent_at: datetime | None = None
    send_tried_at: datetime | None = None
    recipient: str = ""
    send_fault: Notice | None = None

    @property
    def is_encrypted(self) -> bool:
        """Tell whether a key is needed to open it."""
        return self.name.endswith(".age")

    def said_faults(self) -> list[str]:
        """Return the faults in English, for scripts and logs."""
        return [str(fault) for fault in self.faults]


def find_path(config: Config, name: str) -> Path:
    """Return the path of a backup.

    Raises:
        NotFound: there is none of this name.
    """
    path = config.backups / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("There is no backup of this name."))
    return path


def note_path(path: Path) -> Path:
    """Return the path of what is noted beside a backup."""
    return path.with_name(path.name.partition(".")[0] + ".json")


def _read_note(path: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads(note_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note


def change_note(path: Path, **changes: object) -> None:
    """Write down beside a backup what became of it, whole or not at all; what was known stays.

    Nothing is written beside a backup that was dropped in the meantime.
    """
    with locked(path.parent):
        if path.exists():
            _write(path, {**_read_note(path), **changes})


def write_first(path: Path, **known: object) -> None:
    """Write down what is known of a backup that is about to get its name."""
    with locked(path.parent):
        _write(path, known)


def _write(path: Path, note: dict[str, Any]) -> None:
    """Write a note, whole or not at all; the folder is locked, so that one name does for what is not finished yet."""
    waiting = path.with_name(WAITING)
    with waiting.open("w", encoding="utf-8") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(note_path(path))


def clear_left(folder: Path) -> None:
    """Remove the notes of backups that are not there: of dropped ones, or of one that never got its name."""
    with locked(folder):
        (folder / WAITING).unlink(missing_ok=True)
        there = {one.name.partition(".")[0] for one in folder.iterdir() if NAME.fullmatch(one.name)}
        for note in folder.iterdir():
            if NOTE.fullmatch(note.name) and note.name.partition(".")[0] not in there:
                note.unlink()


def read_time(name: str) -> datetime | None:
    """Return when a backup was made, by its name; None for a name that no backup has."""
    match = NAME.fullmatch(name)
    return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None


def describe(path: Path) -> Backup:
    """Return what is known of a backup."""
    made_at = read_time(path.name)
    assert made_at is not None
    note, size_bytes = _read_note(path), path.stat().st_size
    faults = tuple(_notice(one) for one in note.get("faults", ()))
    sent = note.get("sent") or {}
    return Backup(
        name=path.name,
        made_at=made_at,
        size_bytes=size_bytes,
        is_proved=not faults and note.get("size_bytes") == size_bytes,
        faults=faults,
        sha256=note.get("sha256", ""),
        sent_to=sent.get("target", ""),
        sent_at=_time(sent.get("at")),
        send_tried_at=_time(note.get("send_tried_at")),
        recipient=note.get("recipient", ""),
        send_fault=_notice(note["send_fault"]) if note.get("send_fault") else None,
    )


def _notice(noted: dict[str, Any]) -> Notice:
    return Notice(noted["id"], noted["values"])


def _time(noted: str | None) -> datetime | None:
    return datetime.fromisoformat(noted) if noted else None


def list_backups(config: Config) -> list[Backup]:
    """Return the backups of the data folder, newest first."""
    if not config.backups.is_dir():
        return []
    paths = [path for path in config.backups.iterdir() if NAME.fullmatch(path.name)]
    return [describe(path) for path in sorted(paths, reverse=True)]
