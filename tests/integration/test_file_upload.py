from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from etude.extensions import db
from etude.models import Progress, StoredFile, Submission, SubmissionFile
from etude.models.course import CourseRole
from etude.models.progress import ProgressState
from etude.models.submission import SubmissionState
from tests import classroom, factories, hand_ins

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from tests.conftest import Time

HELLO = ("hello.txt", b"Bonjour !\n")
MEGABYTE = 1_000_000


@pytest.fixture
def room(app: Flask, people: factories.People) -> classroom.Room:
    with app.app_context():
        return classroom.open_room(people, made_of=hand_ins.upload_content())


def files_of(app: Flask, submission_id: int) -> list[SubmissionFile]:
    with app.app_context():
        return list(SubmissionFile.get_for_submission(db.session, submission_id))


def nothing_was_stored(app: Flask) -> bool:
    with app.app_context():
        return not db.session.query(Submission).count() and not hand_ins.kept_files(app)


def test_several_files_and_a_note_wait_for_the_teacher(
    app: Flask, as_student: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    answer = hand_ins.hand_in(as_student, room, HELLO, ("page.py", b"print(1)\n"), comment="See page 2.")

    submission_id = hand_ins.submission_id_of(answer)
    assert [file.name for file in files_of(app, submission_id)] == ["hello.txt", "page.py"]
    with app.app_context():
        assert db.session.get(Submission, submission_id).state is SubmissionState.TO_REVIEW
        assert Progress.get_for(db.session, room.assignment, people.ben).state is ProgressState.TO_REVIEW
    page = as_student.get(answer.location).text
    assert "hello.txt" in page
    assert "See page 2." in page


def test_files_lie_outside_any_web_root_under_their_hash(
    app: Flask, config: Config, as_student: FlaskClient, room: classroom.Room
) -> None:
    hand_ins.hand_in(as_student, room, ("../../../static/evil.html", b"<script>1</script>"))

    (kept,) = hand_ins.kept_files(app)
    assert kept.is_relative_to(config.data / "uploads")
    assert len(kept.name) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert as_student.get("/static/evil.html").status_code == 404


def test_a_new_version_keeps_the_old_one_and_the_same_bytes_once(
    app: Flask, as_student: FlaskClient, room: classroom.Room
) -> None:
    first = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO))
    second = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO, ("more.txt", b"more")))

    assert [file.name for file in files_of(app, first)] == ["hello.txt"]
    assert [file.name for file in files_of(app, second)] == ["hello.txt", "more.txt"]
    assert len(hand_ins.kept_files(app)) == 2
    assert as_student.get(room.path).text.count("hello.txt") >= 2


def test_a_double_click_makes_one_hand_in(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    fields = hand_ins.form_of(as_student, room.path)

    answers = [hand_ins.send(as_student, room, fields, HELLO) for _ in range(2)]

    assert answers[0].location == answers[1].location
    with app.app_context():
        assert db.session.query(Submission).count() == 1


def test_a_photo_loses_the_place_where_it_was_taken(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, ("image.jpg", hand_ins.photo())))

    (kept,) = hand_ins.kept_files(app)
    assert b"Secret" not in kept.read_bytes()
    with Image.open(kept) as image:
        assert not image.getexif()
    (file,) = files_of(app, submission_id)
    page = as_student.get(f"/submissions/{submission_id}/files/{file.id}/view")
    assert f"/submissions/{submission_id}/files/{file.id}/content" in page.text


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.txt", b"", "“empty.txt”: The file is empty."),
        ("report.pdf", b"MZ\x90\x00 a program", "“report.pdf”: The file is named .pdf, but"),
        ("virus.exe", b"MZ", "“virus.exe”: Files of this type cannot be handed in here."),
        ("photo\u202egpj.exe", b"MZ", "“photogpj.exe”: Files of this type cannot be handed in here."),
        ("photo.jpg", b"\xff\xd8\xff\xe0 cut off", "“photo.jpg”: This picture cannot be read"),
        ("large.txt", b"x" * (20 * MEGABYTE + 1), "“large.txt”: The file is larger than 20 MB."),
    ],
)
def test_a_wrong_file_is_said_at_its_field_and_nothing_is_stored(
    app: Flask, as_student: FlaskClient, room: classroom.Room, name: str, data: bytes, sentence: str
) -> None:
    answer = hand_ins.hand_in(as_student, room, HELLO, (name, data), comment="My note is kept.")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "My note is kept." in answer.text
    assert nothing_was_stored(app)


def test_no_file_at_all_is_said(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    answer = hand_ins.hand_in(as_student, room)

    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_eleven_files_are_too_many(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    answer = hand_ins.hand_in(as_student, room, *((f"{number}.txt", b"x") for number in range(11)))

    assert answer.status_code == 422
    assert "11 files were chosen; 10 can be handed in." in answer.text
    assert nothing_was_stored(app)


def test_more_than_50_mb_together_is_too_much(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    answer = hand_ins.hand_in(as_student, room, *((f"{number}.txt", b"x" * 17 * MEGABYTE) for number in range(3)))

    assert answer.status_code == 422
    assert "All files together may have 50 MB at most." in answer.text
    assert nothing_was_stored(app)


class Zeros(io.RawIOBase):
    """A body of so many zeros; knows how much of it was read."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = self.size if whence == io.SEEK_END else offset
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: bytearray) -> int:
        count = min(len(buffer), self.size - self.at)
        self.at += count
        return count


def test_a_body_of_100_mb_is_read_away_so_that_the_browser_shows_our_sentence(
    app: Flask, as_student: FlaskClient, room: classroom.Room
) -> None:
    size = 100 * MEGABYTE
    body = Zeros(size)

    answer = as_student.post(
        f"{room.path}/submissions",
        input_stream=body,
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413
    assert "This is too large to be sent." in answer.text
    assert body.at == size
    assert nothing_was_stored(app)


def test_a_zip_bomb_is_kept_as_it_is_and_never_unpacked(
    app: Flask, as_student: FlaskClient, room: classroom.Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 50 * MEGABYTE)
    monkeypatch.delattr(zipfile.ZipFile, "open")

    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, ("bomb.zip", target.getvalue())))

    (kept,) = hand_ins.kept_files(app)
    assert kept.read_bytes() == target.getvalue()
    (file,) = files_of(app, submission_id)
    assert as_student.get(f"/submissions/{submission_id}/files/{file.id}/view").status_code == 404


@pytest.mark.parametrize(
    ("name", "kept", "header"),
    [
        ("../../../etc/passwd.txt", "passwd.txt", 'filename="passwd.txt"'),
        ("a\u202etxt.exe.txt", "atxt.exe.txt", 'filename="atxt.exe.txt"'),
        ("CON.txt", "CON.txt", 'filename="_CON.txt"'),
        ("É" * 300 + ".txt", "É" * 146 + ".txt", "filename*=UTF-8''%C3%89"),
        ("<script>alert(1)</script>.txt", "script>.txt", 'filename="script_.txt"'),
        ("a; filename=evil.exe.txt", "a; filename=evil.exe.txt", 'filename="a_ filename_evil.exe.txt"'),
    ],
)
def test_a_name_is_kept_as_text_and_downloaded_as_a_safe_one(
    app: Flask, as_student: FlaskClient, room: classroom.Room, name: str, kept: str, header: str
) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, (name, b"x")))

    (file,) = files_of(app, submission_id)
    assert file.name == kept
    download = as_student.get(f"/submissions/{submission_id}/files/{file.id}", buffered=True)
    assert header in download.headers["Content-Disposition"]
    assert "<script>alert" not in as_student.get(f"/submissions/{submission_id}").text


def test_photos_of_one_name_are_told_apart(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    photos = [("image.jpg", hand_ins.photo(size=(60, number))) for number in (40, 41)]

    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, *photos))

    assert [file.name for file in files_of(app, submission_id)] == ["image.jpg", "image (2).jpg"]


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_html_and_svg_are_downloaded_or_read_as_text_and_never_run(
    app: Flask, as_student: FlaskClient, room: classroom.Room, name: str
) -> None:
    evil = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(document.cookie)</script></svg>"
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, (name, evil)))
    (file,) = files_of(app, submission_id)
    path = f"/submissions/{submission_id}/files/{file.id}"

    download, view, content = (as_student.get(path + end, buffered=True) for end in ("", "/view", "/content"))

    assert download.data == evil
    assert download.headers["Content-Disposition"].startswith("attachment;")
    assert download.mimetype == "application/octet-stream"
    assert "sandbox" in download.headers["Content-Security-Policy"]
    assert b"<script>alert" not in view.data
    assert "&lt;script&gt;alert" in view.text
    assert content.status_code == 404


def test_a_file_is_streamed_with_headers_that_allow_nothing(
    app: Flask, as_student: FlaskClient, room: classroom.Room
) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, ("a.pdf", b"%PDF-1.7 x")))
    (file,) = files_of(app, submission_id)
    path = f"/submissions/{submission_id}/files/{file.id}"

    view, content = as_student.get(f"{path}/view"), as_student.get(f"{path}/content", buffered=True)

    assert view.location == f"{path}/content"
    assert (content.mimetype, content.data) == ("application/pdf", b"%PDF-1.7 x")
    assert content.headers["Content-Disposition"] == 'inline; filename="a.pdf"'
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in content.headers["Cache-Control"]
    assert content.headers["Content-Length"] == "10"


def paths_of(app: Flask, submission_id: int) -> list[str]:
    (file,) = files_of(app, submission_id)
    return [f"/submissions/{submission_id}/files/{file.id}{end}" for end in ("", "/view", "/content")]


def statuses(client: FlaskClient, paths: list[str]) -> set[int]:
    return {client.get(path, buffered=True).status_code for path in paths}


def test_strangers_classmates_and_observers_find_no_file(
    app: Flask, as_student: FlaskClient, as_outsider: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, ("a.jpg", hand_ins.photo())))
    paths = paths_of(app, submission_id)
    with app.app_context():
        classmate, observer = factories.user("Eve").id, factories.user("Oz").id
        factories.enrolment(people.course, classmate)
        factories.enrolment(people.course, observer, CourseRole.OBSERVER)

    assert statuses(as_student, paths) == {200}
    assert statuses(as_outsider, paths) == {404}
    assert statuses(factories.sign_in(app, classmate), paths) == {404}
    assert statuses(factories.sign_in(app, observer), paths) == {404}
    assert statuses(app.test_client(), paths) == {302}


def test_an_assistant_finds_files_of_the_own_section_only(
    app: Flask, as_student: FlaskClient, as_teacher: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, ("a.jpg", hand_ins.photo())))
    paths = paths_of(app, submission_id)
    with app.app_context():
        mine, other = factories.section(people.course, "A").id, factories.section(people.course, "B").id
        own, foreign = factories.user("Al").id, factories.user("Bo").id
        factories.enrolment(people.course, own, CourseRole.ASSISTANT, section_id=mine)
        factories.enrolment(people.course, foreign, CourseRole.ASSISTANT, section_id=other)
        with db.session.begin():
            from etude.models import Enrolment

            Enrolment.get_for(db.session, people.course, people.ben).section_id = mine

    assert statuses(as_teacher, paths) == {200}
    assert statuses(factories.sign_in(app, own), paths) == {200}
    assert statuses(factories.sign_in(app, foreign), paths) == {404}


def test_a_file_of_another_submission_is_not_found_through_ones_own(
    app: Flask, as_student: FlaskClient, people: factories.People, room: classroom.Room
) -> None:
    own = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO))
    with app.app_context():
        other = factories.user("Eve").id
        factories.enrolment(people.course, other)
        theirs = hand_ins.submit(app, room, other, ("secret.txt", b"secret"))
    (secret,) = files_of(app, theirs)

    assert as_student.get(f"/submissions/{own}/files/{secret.id}").status_code == 404


def test_a_full_disk_is_a_sentence_and_nothing_is_handed_in(
    app: Flask, as_student: FlaskClient, room: classroom.Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import os

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fields = hand_ins.form_of(as_student, room.path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        answer = hand_ins.send(as_student, room, fields, HELLO)

    assert answer.status_code == 503
    assert "disk is full" in answer.text
    assert nothing_was_stored(app)


def test_a_file_missing_from_the_disk_is_a_sentence(app: Flask, as_student: FlaskClient, room: classroom.Room) -> None:
    submission_id = hand_ins.submission_id_of(hand_ins.hand_in(as_student, room, HELLO))
    hand_ins.kept_files(app)[0].unlink()
    (file,) = files_of(app, submission_id)

    answer = as_student.get(f"/submissions/{submission_id}/files/{file.id}", buffered=True)

    assert answer.status_code == 503
    assert "This file is missing" in answer.text


def test_a_closed_assignment_takes_no_files_and_keeps_none(
    time: Time, app: Flask, as_student: FlaskClient, room: classroom.Room
) -> None:
    fields = hand_ins.form_of(as_student, room.path)
    with app.app_context(), db.session.begin():
        from etude.models import Assignment

        db.session.get(Assignment, room.assignment).closes_at = time.at
    time.forward(seconds=1)

    answer = hand_ins.send(as_student, room, fields, HELLO)

    assert answer.status_code == 422
    assert "closed" in answer.text
    with app.app_context():
        assert db.session.query(Submission).count() == 0
        assert db.session.query(StoredFile).count() == 0
