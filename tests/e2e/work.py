"""Work of all sorts in the school: answers right, wrong and broken, a file handed in and marked, a quiz, a bin."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from tests.e2e.school import HELLO, HELLO_BROKEN, HELLO_WRONG, send, texts
from tests.installation import filled_in, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.e2e.school import School


def drawing(width: int = 480, height: int = 640) -> bytes:
    """Return a picture of a flow chart, as PNG."""
    picture = Image.new("RGB", (width, height), "#fffdf8")
    pen = ImageDraw.Draw(picture)
    middle, step = width // 2, height // 5
    for number, label in enumerate(("début", "âge < 12 ?", "moitié prix", "fin")):
        top = step // 2 + number * step
        pen.rounded_rectangle((middle - 90, top, middle + 90, top + 54), 20, outline="#1d3f8a", width=3)
        pen.text((middle, top + 27), label, fill="#1b1b1f", anchor="mm")
        if number:
            pen.line((middle, top - step + 54, middle, top), fill="#1d3f8a", width=3)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


@dataclass(frozen=True)
class Work:
    """Paths of what was handed in, and who did it."""

    student: str
    other: str
    right: str
    wrong: str
    broken: str
    quiz: str
    upload: str
    marked: str
    file: str
    member: str
    account: str
    exception: str
    activity: str


def hand_in_file(context: BrowserContext, path: str) -> str:
    """Hand a file in without a browser; return the path of the answer."""
    values = filled_in(context.request.get(path).text())
    values = {name: value for name, value in values.items() if name != "files"}
    photo = {"name": "organigramme.png", "mimeType": "image/png", "buffer": drawing()}
    answer = context.request.post(f"{path}/submissions", multipart={**values, "files": photo})
    assert answer.ok, texts(answer.text())
    return _path(answer.url)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def review(context: BrowserContext, submission: str, *, points: str, comment: str) -> None:
    """Mark an answer and release the marks."""
    send(context, f"{submission}/review", points=points, comment=comment, release="1")


def wait_until_judged(school: School, who: str, *paths: str) -> None:
    """Wait until the worker has judged these answers."""
    context = school.context(who)
    for path in paths:
        wait_for(
            lambda path=path: 'data-state="judged"' in context.request.get(f"{path}/results").text(), f"{path} judged"
        )
    context.close()


def do_work(school: School) -> Work:
    """Let two students work, and the teacher and the admin look after them."""
    student, other = school.student(), school.student()
    wrong = school.hand_in(student, "hello", HELLO_WRONG)
    broken = school.hand_in(student, "duration", HELLO_BROKEN)
    right = school.hand_in(other, "hello", HELLO)
    quiz = school.hand_in(student, "quiz-basics", "")
    own, others = school.context(student), school.context(other)
    upload, marked = (hand_in_file(one, school.path("flowchart")) for one in (own, others))
    file = re.search(rf"{upload}/files/\d+", own.request.get(upload).text())
    assert file is not None
    teacher, admin = school.context("teacher"), school.context("admin")
    review(teacher, marked, points="8", comment="Bel organigramme. Ajoutez le cas où *n* est nul.")
    exception = _make_exception(teacher, school)
    member = re.search(r"/enrolments/\d+", teacher.request.get(f"/courses/{school.course}/people").text())
    account = re.search(r"/school/accounts/\d+", admin.request.get("/school/accounts").text())
    activity = re.search(r"/activities/\d+", teacher.request.get("/activities").text())
    assert member is not None
    assert account is not None
    assert activity is not None
    for one in (own, others, teacher, admin):
        one.close()
    wait_until_judged(school, student, wrong, broken)
    wait_until_judged(school, other, right)
    return Work(student=student, other=other, right=right, wrong=wrong, broken=broken, quiz=quiz, upload=upload,
                marked=marked, file=file[0], member=member[0], account=account[0], exception=exception,
                activity=activity[0])  # fmt: skip


def _make_exception(teacher: BrowserContext, school: School) -> str:
    page = f"{school.path('toolbox')}/exceptions"
    target = re.search(r'<option value="(student-\d+)"', teacher.request.get(page).text())
    assert target is not None
    listed = send(teacher, page, target=target[1], attempts="5", reason="Absence").text()
    found = re.search(r"/exceptions/\d+", listed)
    assert found is not None, texts(listed)
    return found[0]
