"""Saving a draft, going back to an earlier state. One public function is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.core.errors import NotFound
from etude.extensions import db
from etude.models import Assignment, Draft, DraftVersion
from etude.models.progress import operations as progress
from etude.models.submission import drafts
from etude.models.submission.draft import RESTORE
from etude.models.submission.drafts import DraftText, Saved

if TYPE_CHECKING:
    from datetime import datetime


def save_draft(  # noqa: PLR0913  whose draft, what, over what and when
    assignment_id: int, user_id: int, text: DraftText, *, base_version: int, at: datetime, is_trial: bool = False
) -> Saved:
    """Save what somebody typed on a version of the draft; a student's first save starts the work.

    Never raises for a stale save: it must be kept in the trail.
    """
    with db.session.begin():
        saved = drafts.save(db.session, assignment_id, user_id, text, base_version=base_version, at=at)
        if saved.version == 1 and saved.saved_at == at and not is_trial:
            progress.note_started(db.session, _get(assignment_id), user_id, at)
        return saved


def restore_draft(assignment_id: int, user_id: int, version: int, *, at: datetime) -> str:
    """Make an earlier state of a student's draft the draft again; return its programming language.

    Raises:
        NotFound: there is no such state.
    """
    with db.session.begin():
        draft = Draft.get_for(db.session, assignment_id, user_id)
        found = DraftVersion.get_with_files(db.session, draft.id, version) if draft else None
        if draft is None or found is None:
            raise NotFound
        standing = DraftText(language=draft.language, files=draft.files)
        drafts.keep_state(db.session, draft, standing, reason=RESTORE, at=at)
        text = DraftText(language=found.language, files=found.files)
        drafts.save(db.session, assignment_id, user_id, text, base_version=None, at=at, reason=RESTORE)
        return found.language


def _get(assignment_id: int) -> Assignment:
    return db.session.get_one(Assignment, assignment_id)
