"""What students type and hand in, and what became of it."""

from __future__ import annotations

from etude.models.submission.console import Console
from etude.models.submission.draft import Draft, DraftVersion
from etude.models.submission.file import StoredFile, SubmissionFile
from etude.models.submission.outcome import TestOutcome
from etude.models.submission.picture import TestPicture
from etude.models.submission.rejudging import RejudgedAnswer, Rejudgement
from etude.models.submission.review import Review
from etude.models.submission.run import Run
from etude.models.submission.submission import Submission, SubmissionState

__all__ = [
    "Console",
    "Draft",
    "DraftVersion",
    "RejudgedAnswer",
    "Rejudgement",
    "Review",
    "Run",
    "StoredFile",
    "Submission",
    "SubmissionFile",
    "SubmissionState",
    "TestOutcome",
    "TestPicture",
]
