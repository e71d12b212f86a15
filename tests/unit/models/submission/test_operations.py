from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests import factories

from etude.core import clock
from etude.models import StoredFile, Submission, SubmissionFile
from etude.models.submission import SubmissionState
from etude.models.submission.operations import StoredUpload, attach_files, delete_unreferenced_files

if TYPE_CHECKING:
    from tests.conftest import Time

SHA = "ab" * 32


def upload(name: str = "a.txt", sha256: str = SHA) -> StoredUpload:
    return StoredUpload(sha256=sha256, size_bytes=5, name=name, content_type="text/plain")


@pytest.fixture
def submission(time: Time, session: Any, people: factories.People) -> Submission:
    activity = factories.activity({}, kind="upload")
    assignment = factories.assignment(people.course, activity.id)
    return factories.add(
        Submission(
            assignment_id=assignment.id,
            user_id=people.ben,
            activity_version_id=activity.latest_version_id,
            attempt=1,
            once="once-0001",
            kind="upload",
            answer={},
            state=SubmissionState.TO_REVIEW,
            submitted_at=clock.now(),
        )
    )


def attach(session: Any, submission: Submission, *uploads: StoredUpload) -> None:
    with session.begin():
        attach_files(session, session.get(Submission, submission.id), uploads)


def test_files_are_attached_in_their_order(session: Any, submission: Submission) -> None:
    attach(session, submission, upload("b.txt"), upload("a.txt", "cd" * 32))

    files = SubmissionFile.get_for_submission(session, submission.id)
    assert [(file.name, file.size_bytes) for file in files] == [("b.txt", 5), ("a.txt", 5)]


def test_the_same_bytes_have_one_row_whose_time_is_renewed(time: Time, session: Any, submission: Submission) -> None:
    attach(session, submission, upload())
    later = time.forward(days=1)
    attach(session, submission, upload("again.txt"))

    (row,) = session.query(StoredFile).all()
    session.refresh(row)
    assert row.stored_at == later


def test_only_old_bytes_that_nobody_has_are_forgotten(time: Time, session: Any, submission: Submission) -> None:
    attach(session, submission, upload())
    factories.add(StoredFile(sha256="ef" * 32, size_bytes=1, stored_at=time.at))
    old, young = time.at + timedelta(seconds=1), time.at

    with session.begin():
        assert delete_unreferenced_files(session, before=young) == 0
    with session.begin():
        assert delete_unreferenced_files(session, before=old) == 1

    assert session.query(StoredFile).one().sha256 == SHA
