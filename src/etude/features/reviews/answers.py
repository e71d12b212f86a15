"""What was handed in, for the reviewer's eyes: by what an answer holds, not by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.core.errors import EtudeError
from etude.extensions import db
from etude.kinds import ResultInput, kinds
from etude.models import SubmissionFile
from etude.storage import open_storage
from etude.web.contents import content_of
from etude.web.pictures import find_assignment_pictures
from etude.web.request import settings
from etude.web.submitted_files import show_file, shown_as
from etude.web.submitted_text import read_lines, split_lines

if TYPE_CHECKING:
    from etude.models import Submission

MAX_INLINE_TEXT_BYTES = 200_000
"""A longer text has its own page."""


def show_answer(submission: Submission) -> dict[str, Any]:
    """Return `files` (handed in), `programs` (typed), `questions` (of a quiz, with marks) and `comment`.

    What an answer does not have is empty.
    """
    programs = submission.answer.get("files")
    return {
        "files": [
            _show_file(submission.id, file) for file in SubmissionFile.get_for_submission(db.session, submission.id)
        ],
        "programs": _show_programs(programs) if isinstance(programs, dict) else [],
        "questions": _show_questions(submission),
        "comment": str(submission.answer.get("comment", "")),
    }


def _show_file(submission_id: int, file: SubmissionFile) -> dict[str, Any]:
    shown = show_file(submission_id, file)
    return {**shown, "lines": _read(file), "is_shown": bool(shown["is_image"] or _is_short_text(file))}


def _is_short_text(file: SubmissionFile) -> bool:
    return shown_as(file.content_type) == "text" and file.size_bytes <= MAX_INLINE_TEXT_BYTES


def _read(file: SubmissionFile) -> list[str]:
    if not _is_short_text(file):
        return []
    try:
        with open_storage(settings()).open(file.stored.sha256) as opened:
            return read_lines(opened)
    except EtudeError:  # one missing file must not keep a teacher from the others; its own page says what is wrong
        return []


def _show_programs(programs: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "lines": split_lines(str(text))} for name, text in programs.items()]


def _show_questions(submission: Submission) -> list[dict[str, Any]]:
    content = content_of(db.session, submission.activity_version_id)
    if not content.questions:
        return []
    verdict = {**submission.verdict, "reveal": True}
    pictures = find_assignment_pictures(content, submission.assignment_id, submission.activity_version_id)
    locale = submission.assignment.course.locale
    asked = ResultInput(content=content, locale=locale, document=submission.answer, verdict=verdict, pictures=pictures)
    shown = kinds.load()[submission.kind].results(asked)
    questions: list[dict[str, Any]] = shown["questions"]
    return questions
