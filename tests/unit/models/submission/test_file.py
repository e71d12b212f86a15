from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests import factories
from tests.hand_ins import submission_row

from etude.models import StoredFile, SubmissionFile
from etude.models.submission.operations import StoredUpload, attach_files

if TYPE_CHECKING:
    from etude.models import Submission

SHA = "ab" * 32


@pytest.fixture
def submission(session: Any, people: factories.People) -> Submission:
    """A hand-in of Ben's with two files of the same bytes."""
    row = submission_row(factories.assignment(people.course, factories.activity({}, kind="upload").id).id, people.ben)
    uploads = [
        StoredUpload(sha256=SHA, size_bytes=5, name=name, content_type="text/plain") for name in ("b.txt", "a.txt")
    ]
    with session.begin():
        attach_files(session, session.merge(row), uploads)
    return row


def test_files_come_in_the_order_of_the_hand_in_with_their_size(session: Any, submission: Submission) -> None:
    files = SubmissionFile.get_for_submission(session, submission.id)

    assert [(file.name, file.size_bytes) for file in files] == [("b.txt", 5), ("a.txt", 5)]


def test_a_file_is_found_in_its_own_submission_only(session: Any, submission: Submission) -> None:
    file, _ = SubmissionFile.get_for_submission(session, submission.id)

    assert SubmissionFile.get_in_submission(session, submission.id, file.id) is not None
    assert SubmissionFile.get_in_submission(session, submission.id + 1, file.id) is None


def test_files_of_several_submissions_come_at_once(session: Any, submission: Submission) -> None:
    files = SubmissionFile.get_for_submissions(session, [submission.id, submission.id + 1])

    assert [file.name for file in files] == ["b.txt", "a.txt"]


def test_bytes_are_found_by_their_hash(session: Any, submission: Submission) -> None:
    assert StoredFile.get_by_hash(session, SHA).size_bytes == 5
    assert StoredFile.get_by_hash(session, "cd" * 32) is None
