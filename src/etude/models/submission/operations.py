"""Writes on submissions that several features share; they take the session and never commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from etude.core import clock
from etude.models.submission.file import StoredFile, SubmissionFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from etude.models.submission.submission import Submission

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpload:
    """A file whose bytes the storage keeps already, with the name it was given and what its content is."""

    sha256: str
    size_bytes: int
    name: str
    content_type: str


def attach_files(session: Session, submission: Submission, files: Sequence[StoredUpload]) -> Sequence[SubmissionFile]:
    """Make stored bytes the files of a submission, in their order.

    Bytes that the school has already, from whomever, are not counted twice. Their time is renewed, so that the
    garbage collection, which may run at this moment, leaves them alone.
    """
    session.flush()
    at = clock.now()
    rows = [
        SubmissionFile(
            submission_id=submission.id,
            stored_file_id=_keep(session, file, at),
            position=position,
            name=file.name,
            content_type=file.content_type,
        )
        for position, file in enumerate(files)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _keep(session: Session, file: StoredUpload, at: datetime) -> int:
    """Return the id of the row of these bytes; two students may hand in the same file at the same moment."""
    insert = _INSERTS[session.get_bind().dialect.name]
    statement = insert(StoredFile).values(sha256=file.sha256, size_bytes=file.size_bytes, stored_at=at)
    statement = statement.on_conflict_do_update(index_elements=["sha256"], set_={"stored_at": at})
    stored_file_id: int = session.execute(statement.returning(StoredFile.id)).scalar_one()
    return stored_file_id


def delete_unreferenced_files(session: Session, *, before: datetime) -> int:
    """Forget the bytes that no submission has any more and that were last handed in before a time; return how many."""
    is_used = sa.exists().where(SubmissionFile.stored_file_id == StoredFile.id)
    result = session.execute(
        sa.delete(StoredFile)
        .where(StoredFile.stored_at < before, ~is_used)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))
