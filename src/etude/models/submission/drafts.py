"""Writes on drafts and their trail; they take the session and never commit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from etude.models.base import keep
from etude.models.submission.draft import COALESCE, CONFLICT, RUN, SUBMIT, TYPING, Draft, DraftVersion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """What stands in the editor: the files by name and the programming language."""

    language: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How a save ended: the draft as it stands now; `is_stale` when somebody else's text is what stands."""

    version: int
    language: str
    files: Mapping[str, str]
    saved_at: datetime
    is_stale: bool = False


def save(  # noqa: PLR0913  whose draft, what, over what and when are one sentence
    session: Session, assignment_id: int, user_id: int, text: DraftText, *, base_version: int | None, at: datetime,
    reason: str = TYPING,
) -> Saved:  # fmt: skip
    """Save a draft over the version it was typed on; None takes whatever is there.

    A save over another version changes nothing but the trail, where it is kept as a conflict: nothing is lost. The
    same text again is no conflict: its first answer may have been lost on the way.
    """
    draft, is_new = _get_or_add(session, assignment_id, user_id, text, at)
    is_same = draft.language == text.language and draft.files == dict(text.files)
    if not is_new and base_version is not None and base_version != draft.version and not is_same:
        keep_state(session, draft, text, reason=CONFLICT, at=at)
        return _saved(draft, is_stale=True)
    if is_new or not is_same or base_version is None:
        draft.version += 1
        draft.language, draft.files, draft.saved_at = text.language, dict(text.files), at
        keep_state(session, draft, text, reason=reason, at=at)
    session.flush()
    return _saved(draft)


def note_use(  # noqa: PLR0913  whose draft, what, why and when are one sentence
    session: Session, assignment_id: int, user_id: int, text: DraftText, *, reason: str, at: datetime
) -> None:
    """Keep in the trail what was run or handed in; the draft itself is the editor's and stays as it is."""
    draft, _is_new = _get_or_add(session, assignment_id, user_id, text, at)
    keep_state(session, draft, text, reason=reason, at=at)


def keep_state(session: Session, draft: Draft, text: DraftText, *, reason: str, at: datetime) -> None:
    """Add a state to a draft's trail; typing within half a minute of the state's first key changes that state."""
    newest = session.scalar(_newest(), {"draft_id": draft.id})
    if newest is not None and newest.language == text.language and newest.files == dict(text.files):
        if reason in (RUN, SUBMIT) and newest.reason != SUBMIT:
            newest.reason, newest.saved_at = reason, at
        return
    is_going_on = newest is not None and newest.reason == reason and reason in (TYPING, CONFLICT)
    if newest is not None and is_going_on and at - newest.begun_at < COALESCE:
        newest.language, newest.files, newest.saved_at = text.language, dict(text.files), at
        return
    session.add(
        DraftVersion(
            draft_id=draft.id,
            version=newest.version + 1 if newest else 1,
            reason=reason,
            language=text.language,
            files=dict(text.files),
            begun_at=at,
            saved_at=at,
        )
    )
    session.flush()


def _get_or_add(
    session: Session, assignment_id: int, user_id: int, text: DraftText, at: datetime
) -> tuple[Draft, bool]:
    """Return the draft, locked for the transaction, and whether it was just made."""
    place = {"assignment_id": assignment_id, "user_id": user_id}
    if (found := session.scalar(_for_update(), place)) is not None:
        return found, False
    try:
        with session.begin_nested():
            draft = Draft(
                assignment_id=assignment_id,
                user_id=user_id,
                version=0,
                language=text.language,
                files=dict(text.files),
                saved_at=at,
            )
            session.add(draft)
    except IntegrityError:  # another tab was faster
        return session.scalars(_for_update(), place).one(), False
    return draft, True


def _saved(draft: Draft, *, is_stale: bool = False) -> Saved:
    return Saved(
        version=draft.version, language=draft.language, files=draft.files, saved_at=draft.saved_at, is_stale=is_stale
    )


@cache
def _for_update() -> sa.Select[Draft]:
    return keep(
        sa.select(Draft)
        .where(Draft.assignment_id == sa.bindparam("assignment_id"), Draft.user_id == sa.bindparam("user_id"))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


@cache
def _newest() -> sa.Select[DraftVersion]:
    return keep(
        sa.select(DraftVersion)
        .options(sa.orm.undefer(DraftVersion.files))
        .where(DraftVersion.draft_id == sa.bindparam("draft_id"))
        .order_by(DraftVersion.version.desc())
        .limit(1)
    )
