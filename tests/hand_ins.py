"""A hand-in and a quiz in Ada's course: what tests of files, reviews and marks stand on."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from etude.content import parse_activity
from etude.extensions import db
from etude.features.activities.services import HandIn
from etude.features.activities.services import hand_in as store
from etude.models import Activity, Assignment, Submission
from etude.models.submission import SubmissionState, reviewing
from etude.models.submission.operations import StoredUpload
from etude.models.submission.reviewing import Remarks
from etude.storage import open_storage
from tests import classroom, factories

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.content import ActivityContent
    from etude.models import Review

UPLOAD_TOML = """
format = 1
slug = "{slug}"
kind = "upload"
title = {{fr = "Le rapport", en = "The report"}}
points = 10

[upload]
extensions = ["pdf", "txt", "py", "html", "svg", "jpg", "png", "heic", "docx", "zip"]
max_files = 10
"""
QUIZ_TOML = """
format = 1
slug = "quiz"
kind = "quiz"
title = {fr = "Le quiz", en = "The quiz"}
points = 4

[[question]]
id = "one"
type = "single"
text = {fr = "Combien ?", en = "How many?"}
choices = [{text = "`1`", correct = true, feedback = "Yes, one."}, {text = "`2`", feedback = "No, not two."}]
feedback = "Because it is one."

[[question]]
id = "some"
type = "multiple"
points = 2
text = "Which?"
choices = [{text = "a", correct = true}, {text = "b", correct = true}, {text = "c", feedback = "Not c."}]

[[question]]
id = "pi"
type = "number"
text = "Pi?"
answer = 3.14
tolerance = 0.01
"""


def upload_content(slug: str = "report") -> ActivityContent:
    return parse_activity({"activity.toml": UPLOAD_TOML.format(slug=slug).encode(), "statement.en.md": b"Hand in.\n"})


def quiz_content() -> ActivityContent:
    return parse_activity({"activity.toml": QUIZ_TOML.encode(), "statement.en.md": b"Answer.\n"})


def form_of(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the hidden fields of the page's answer form."""
    html = client.get(path).get_data(as_text=True)
    form = html.split('name="once"', 1)
    return {
        "csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form[0])[-1],
        "once": re.findall(r'value="([^"]+)"', form[1])[0],
    }


def send(client: FlaskClient, room: classroom.Room, fields: dict[str, str], *named: tuple[str, bytes]) -> Any:
    """Post files with these fields; encoded in memory, as the test client leaves its temporary files open."""
    uploads = [FileStorage(io.BytesIO(data), filename=name) for name, data in named]
    boundary, body = encode_multipart({**fields, "files": uploads})
    return client.post(f"{room.path}/submissions", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def hand_in(client: FlaskClient, room: classroom.Room, *named: tuple[str, bytes], **data: str) -> Any:
    """Hand files in as the page would."""
    return send(client, room, {**form_of(client, room.path), **data}, *named)


def submission_id_of(answer: Any) -> int:
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def submit(app: Flask, room: classroom.Room, user_id: int, *named: tuple[str, bytes]) -> int:
    """Store a hand-in without the page; inside an application context."""
    from etude.core import clock

    number = next(factories._numbers)
    storage = open_storage(app.extensions["etude"])
    uploads = []
    for name, data in named:
        stored = storage.put(io.BytesIO(data), max_bytes=1 << 20)
        uploads.append(
            StoredUpload(sha256=stored.sha256, size_bytes=stored.size_bytes, name=name, content_type="text/plain")
        )
    answer = HandIn(
        assignment_id=room.assignment,
        user_id=user_id,
        once=f"hand-in-{number:08}",
        version_id=room.version,
        document={"comment": ""},
        uploads=uploads,
    )
    return store(answer, at=clock.now())


def photo(*, place: str = "Rue du Secret", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a JPEG that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = place
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "JPEG", exif=exif)
    return target.getvalue()


def kept_files(app: Flask) -> list[Path]:
    """Return every file in the uploads folder."""
    root = app.extensions["etude"].uploads
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != ".lock")


def submission_row(assignment_id: int, user_id: int, attempt: int = 1, **values: Any) -> Submission:
    """Save a hand-in that waits for its review, without files; inside an application context."""
    from etude.core import clock

    assignment = db.session.get_one(Assignment, assignment_id)
    activity = db.session.get_one(Activity, assignment.activity_id)
    defaults = {
        "assignment_id": assignment_id,
        "user_id": user_id,
        "activity_version_id": activity.latest_version_id,
        "attempt": attempt,
        "once": f"once-{user_id}-{attempt}",
        "kind": "upload",
        "answer": {},
        "state": SubmissionState.TO_REVIEW,
        "max_score": Decimal(10),
        "submitted_at": clock.now(),
    }
    return factories.add(Submission(**{**defaults, **values}))


def save_review(submission_id: int, points: str | None = "7", *, version: int = 0, release: bool = False) -> Review:
    """Write a review as a teacher would, and release it if asked; inside an application context."""
    from etude.core import clock

    remarks = Remarks(points=None if points is None else Decimal(points), comment="c", version=version)
    with db.session.begin():
        locked = Submission.get_for_update(db.session, submission_id)
        review = reviewing.save_review(db.session, locked, remarks, by_id=None, at=clock.now())
        if release:
            reviewing.release_review(db.session, locked, review, clock.now())
        return review
