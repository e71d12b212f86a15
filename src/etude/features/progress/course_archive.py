"""The archive of a course: a zip that any browser reads without Étude, to be kept after the end of the year.

`index.html` leads to a page for each student with the last answers, points and released reviews; `grades.csv` is for
spreadsheets; `answers/` holds programs and files as they were handed in. It is written to a nameless file, a few
students at a time, so that a big course takes no more memory than a small one.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from flask import render_template

from etude.content import pick_text
from etude.core import clock
from etude.kinds import kinds
from etude.models import Course, Enrolment, Progress, Review, Submission, SubmissionFile
from etude.models.activity.listing import get_listed
from etude.web.contents import content_of
from etude.web.i18n import choose_locale, translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from sqlalchemy.orm import Session

    from etude.models import User
    from etude.models.activity.listing import ListedAssignment
    from etude.models.progress import CellValues
    from etude.storage import Storage

AT_ONCE = 20
"""How many students are read at a time."""
NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """Where the course is read from."""

    session: Session
    storage: Storage
    course_id: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What a student did on one assignment; `files` are paths inside the archive, `said` question and answer."""

    title: str
    points: Decimal
    cell: CellValues | None
    submission: Submission | None
    review: Review | None
    reviewer: User | None
    files: Sequence[str]
    said: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Done:
    """What some students did: cells and newest answers by person and assignment, the rest by answer."""

    cells: Mapping[tuple[int, int], CellValues]
    newest: Mapping[tuple[int, int], Submission]
    reviews: Mapping[int, tuple[Review, User | None]]
    files: Mapping[int, Sequence[str]]


def write(source: Source, scratch: Path, grades: bytes) -> IO[bytes]:
    """Return the archive as an open file without a name, at its beginning."""
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = cast("IO[bytes]", tempfile.TemporaryFile(dir=scratch))  # noqa: SIM115  the caller closes it
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("grades.csv", grades)
            _write_pages(packed, source)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _write_pages(packed: zipfile.ZipFile, source: Source) -> None:
    course = source.session.get_one(Course, source.course_id)
    listed = get_listed(source.session, course.id)
    frame = {"course": course, "locale": choose_locale(), "at": clock.now()}
    people = []
    for number, (user, section, pieces) in enumerate(_students(packed, source, course, listed), start=1):
        path = f"students/{number:04}-{safe_name(user.name)}.html"
        page = render_template("progress/archive/student.html", user=user, section=section, pieces=pieces, **frame)
        packed.writestr(path, page)
        scores = [one.cell.best_score for one in pieces if one.cell and one.cell.best_score is not None]
        people.append({"name": f"{user.family_name}, {user.given_name}", "login": user.login, "section": section,
                       "path": path, "total": sum(scores)})  # fmt: skip
    labels = {name: translate(kind.label) for name, kind in kinds.load().items()}
    index = render_template("progress/archive/index.html", people=people, listed=listed, labels=labels, **frame)
    packed.writestr("index.html", index)


def _students(
    packed: zipfile.ZipFile, source: Source, course: Course, listed: Sequence[ListedAssignment]
) -> Iterator[tuple[User, str, list[Piece]]]:
    """Yield the students by family name, each with what was done on every assignment."""
    offset = 0
    while page := Enrolment.get_students_page(source.session, course.id, section_id=None, offset=offset, limit=AT_ONCE):
        offset += AT_ONCE
        done = _read_done(packed, source, listed, [one.user_id for one in page])
        for enrolment in page:
            section = enrolment.section.name if enrolment.section else ""
            yield enrolment.user, section, [_piece(source, course, one, enrolment.user_id, done) for one in listed]


def _read_done(
    packed: zipfile.ZipFile, source: Source, listed: Sequence[ListedAssignment], user_ids: list[int]
) -> Done:
    """Return what these students did, their files written."""
    newest = Submission.get_newest_of_each(source.session, [one.id for one in listed], user_ids)
    reviews = Review.get_released_with_reviewers(source.session, [one.id for one in newest])
    return Done(
        cells=Progress.get_cells(source.session, source.course_id, user_ids),
        newest={(one.user_id, one.assignment_id): one for one in newest},
        reviews={review.submission_id: (review, reviewer) for review, reviewer in reviews},
        files=_write_files(packed, source, newest),
    )


def _piece(source: Source, course: Course, one: ListedAssignment, user_id: int, done: Done) -> Piece:
    last = done.newest.get((user_id, one.id))
    review, reviewer = done.reviews.get(last.id, (None, None)) if last else (None, None)
    return Piece(
        title=one.title(course.locale),
        points=one.points,
        cell=done.cells.get((user_id, one.id)),
        submission=last,
        review=review,
        reviewer=reviewer,
        files=done.files.get(last.id, ()) if last else (),
        said=_said(source.session, last, course.locale) if last else (),
    )


def _write_files(packed: zipfile.ZipFile, source: Source, submissions: Sequence[Submission]) -> dict[int, list[str]]:
    """Write programs and files as they were handed in; return their paths, by submission."""
    written: dict[int, list[str]] = {}
    for one in submissions:
        programs = one.answer.get("files") if isinstance(one.answer, dict) else None
        for name, text in programs.items() if isinstance(programs, dict) else ():
            if isinstance(text, str):
                paths = written.setdefault(one.id, [])
                paths.append(f"answers/{one.id}/{len(paths) + 1}-{safe_name(name)}")
                packed.writestr(paths[-1], text.encode("utf-8", "surrogatepass"))
    for file in SubmissionFile.get_for_submissions(source.session, [one.id for one in submissions]):
        path = f"answers/{file.submission_id}/{file.position + 1}-{safe_name(file.name)}"
        with source.storage.open(file.stored.sha256) as bytes_, packed.open(path, "w") as target:
            shutil.copyfileobj(bytes_, target)
        written.setdefault(file.submission_id, []).append(path)
    return written


def _said(session: Session, submission: Submission, locale: str) -> list[tuple[str, str]]:
    """Return what is not in a file: the questions of a quiz with the answers to them, the comment of a hand-in."""
    answers = submission.answer.get("answers")
    if not isinstance(answers, dict):
        comment = submission.answer.get("comment")
        return [("", comment)] if isinstance(comment, str) and comment else []
    said = []
    for question in content_of(session, submission.activity_version_id).questions:
        given = answers.get(question.id, ())
        chosen = [given] if isinstance(given, str) else [str(one) for one in given]
        texts = {choice.id: pick_text(choice.text, locale) for choice in question.choices}
        said.append((pick_text(question.text, locale), ", ".join(texts.get(one, one) for one in chosen)))
    return said


def safe_name(name: str) -> str:
    """Return a name that stays where it is put, whatever somebody is called or called a file."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._")[:NAME_CHARS] or "file"
