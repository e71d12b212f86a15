"""From a valid form to what the service stores: marking, hashing and keeping files come before the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content import languages_needed
from etude.features.activities.services import HandIn
from etude.storage import keep_files, open_storage
from etude.web.request import settings

if TYPE_CHECKING:
    from etude.features.activities.loading import Work
    from etude.kinds import AnswerForm


def read_hand_in(work: Work, form: AnswerForm) -> HandIn:
    """Return what a valid form hands in.

    Raises:
        Refused: the kind found a fault that only the content can tell.
        StorageFull: the files could not be kept.
    """
    answer = work.kind.read_answer(form, work.content)
    mark = work.kind.mark
    version_id = work.assignment.activity.latest_version_id
    assert version_id is not None
    return HandIn(
        assignment_id=work.assignment.id,
        user_id=work.user_id,
        once=form.once.data or "",
        version_id=version_id,
        document=answer.document,
        language=answer.language,
        needs=languages_needed(work.content, answer.language),
        is_trial=work.is_trial,
        marking=mark(work.content, answer.document, work.locale) if mark else None,
        uploads=keep_files(open_storage(settings()), answer.files) if answer.files else (),
    )
