"""The archive of a person's data: a page to read, tables for spreadsheets, JSON, the programs and files themselves."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext

from etude.core import clock
from etude.models import StoredFile
from etude.models.register import CATEGORIES
from etude.models.register.meanings import NEVER_EXPORTED
from etude.models.register.owning import read_rows
from etude.web import spreadsheet
from etude.web.i18n import choose_locale

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from etude.models.register import TableEntry
    from etude.storage import Storage

SHOWN_CHARS = 300
"""How much of a value the page shows; tables and JSON have all of it."""
NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the page: what it holds, for what, how long, and its rows as text."""

    name: str
    holds: str
    purposes: str
    kept: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)


def write(session: Session, storage: Storage, scratch: Path, user_id: int, course_id: int | None) -> IO[bytes]:
    """Return the archive as an open file without a name, at its beginning."""
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = cast("IO[bytes]", tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115  the caller closes it
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            _write_all(packed, session, storage, user_id, course_id)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _write_all(
    packed: zipfile.ZipFile, session: Session, storage: Storage, user_id: int, course_id: int | None
) -> None:
    locale = choose_locale()
    tables, everything = [], {}
    for entry, rows in read_rows(session, user_id, course_id):
        plain = [{name: _plain(packed, entry, row, name) for name in row} for row in rows]
        everything[entry.name] = plain
        tables.append(_table(entry, plain))
        packed.writestr(f"tables/{entry.name}.csv", _csv(plain, locale))
        if entry.name == "submission":
            _write_answers(packed, rows)
        if entry.name == "submission_file":
            _write_files(packed, session, storage, rows)
    packed.writestr("data.json", json.dumps(everything, ensure_ascii=False, indent=1))
    page = render_template("privacy/archive.html", tables=tables, at=clock.now(), locale=locale)
    packed.writestr("index.html", page)


def _plain(packed: zipfile.ZipFile, entry: TableEntry, row: dict[str, Any], name: str) -> object:
    """Return a value as JSON can hold it; bytes become a file of the archive, named in their place."""
    value = row[name]
    if isinstance(value, bytes):
        path = f"pictures/{entry.name}-{row['submission_id']}-{row['position']}-{_safe_name(row['name'])}"
        packed.writestr(path, value)
        return path
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float, bool, dict, list)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _table(entry: TableEntry, rows: list[dict[str, object]]) -> Table:
    groups = [group for group in entry.groups if group.category not in NEVER_EXPORTED]
    columns = list(rows[0]) if rows else []
    return Table(
        name=entry.name,
        holds=", ".join(dict.fromkeys(gettext(CATEGORIES[group.category]) for group in groups)),
        purposes=", ".join(dict.fromkeys(gettext(group.purpose) for group in groups)),
        kept=gettext(entry.kept.sentence),
        columns=columns,
        rows=[[_shown(row[name]) for name in columns] for row in rows],
    )


def _shown(value: object) -> str:
    text = _text(value)
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "…"


def _text(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _csv(rows: list[dict[str, object]], locale: str) -> bytes:
    head = list(rows[0]) if rows else []
    return spreadsheet.write_csv(
        [head, *([spreadsheet.safe(_text(row[name])) for name in head] for row in rows)], locale
    )


def _write_answers(packed: zipfile.ZipFile, rows: list[dict[str, Any]]) -> None:
    """Write the programs that were handed in as files of their own."""
    for row in rows:
        files = row["answer"].get("files") if isinstance(row["answer"], dict) else None
        for name, text in files.items() if isinstance(files, dict) else ():
            if isinstance(text, str):
                path = f"answers/{row['id']}-{row['attempt']}/{_safe_name(name)}"
                packed.writestr(path, text.encode("utf-8", "surrogatepass"))


def _write_files(packed: zipfile.ZipFile, session: Session, storage: Storage, rows: list[dict[str, Any]]) -> None:
    """Write the files that were handed in, piece by piece."""
    ids = {row["stored_file_id"] for row in rows}
    stored = session.execute(sa.select(StoredFile.id, StoredFile.sha256).where(StoredFile.id.in_(ids)))
    hashes = {row.id: row.sha256 for row in stored}
    for row in rows:
        path = f"files/{row['submission_id']}-{row['position']}-{_safe_name(row['name'])}"
        with storage.open(hashes[row["stored_file_id"]]) as source, packed.open(path, "w") as target:
            shutil.copyfileobj(source, target)


def _safe_name(name: str) -> str:
    """Return a name that stays where it is put, whatever a student called the file."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._")[:NAME_CHARS] or "file"
