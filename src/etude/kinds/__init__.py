"""Kinds of activity, one folder each, found by themselves.

A kind says how its answer is asked for, read and judged; it never sees the request, the session or a table. The
activity page, drafts, attempts, dates and scores are the same for every kind and live in `features/activities`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from etude.forms import BaseForm
from etude.registry import Registry
from etude.web.markdown import NO_PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from etude.content import ActivityContent
    from etude.grading.job import Job
    from etude.web.markdown import Pictures

JudgedBy = Literal["worker", "at_once", "teacher"]
ONCE_BYTES = 18


class AnswerForm(BaseForm):
    """The base of every kind's answer form: `once` names this one hand-in, so that a double click makes no second."""

    once = HiddenField(
        default=lambda: secrets.token_urlsafe(ONCE_BYTES),
        validators=[InputRequired(_("Reload the page, then hand in again.")), Length(min=8, max=64)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """A file that was handed in: the name it was given, which is never trusted, and where its bytes wait."""

    name: str
    path: Path
    content_type: str
    """What its content is, found by looking at it, never by what the browser said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a student hands in: a JSON-able document and, for hand-ins, files."""

    document: dict[str, Any]
    language: str = ""
    files: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """A result that needs no worker: points out of the activity's own maximum, and details for the results box."""

    status: str
    score: Decimal
    max_score: Decimal
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFile:
    """A file of an earlier answer; `id` is the row's, for the address where it is shown."""

    id: int
    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReview:
    """A released review, in points of the assignment."""

    points: Decimal | None
    comment: str
    released_at: datetime
    reviewer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswer:
    """An earlier answer of the student, as plain values. Scores are points of the assignment, None until it has any.

    `document`, `files` and `review` are filled for the newest 20 only, and `document` only for kinds that ask for it by
    being judged at once or by a teacher.
    """

    id: int
    attempt: int
    submitted_at: datetime
    url: str
    state: str
    status: str
    score: Decimal | None
    max_score: Decimal | None
    late_note: str = ""
    is_late: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[PastFile, ...] = ()
    review: PastReview | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInput:
    """What a kind is given to fill its part of the activity page.

    `answer` is the draft's or the last submission's document, None when the student has not begun; `form` is the bound
    form, with its errors when the answer was refused; `answers` are the earlier ones, newest first; `takes_answers`
    tells whether one more may be handed in; `is_staff` whether the reader is told what this machine lacks; `shown` is
    the answer whose results are looked at, else None; `pictures` are those that the texts may show.
    """

    content: ActivityContent
    locale: str
    language: str = ""
    answer: Mapping[str, Any] | None = None
    form: BaseForm | None = None
    answers: Sequence[PastAnswer] = ()
    takes_answers: bool = True
    is_staff: bool = False
    shown: PastAnswer | None = None
    pictures: Pictures = NO_PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPicture:
    """A picture that the program made: its name and the address where this reader finds it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTest:
    """One test of a submission as one reader may see it: what is not for this reader is None or empty.

    `message` is a marked sentence and its values; `notes` are codes of `grading.verdict.Note`; `cut` names the texts of
    which only the beginning is here; `judge_note` is what a validator wrote for the teacher.
    """

    name: str
    title: str
    group: str
    group_title: str
    visibility: str
    status: str
    points: Decimal | None = None
    cpu_us: int | None = None
    memory_kb: int | None = None
    message: str = ""
    message_values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    stdin: str | None = None
    expected: str | None = None
    obtained: str | None = None
    printed: str | None = None
    stderr: str | None = None
    cut: frozenset[str] = frozenset()
    judge_note: str = ""
    pictures: tuple[SeenPicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultInput:
    """What a kind is given to fill its part of the results box.

    `document` is what was handed in, `verdict` what was recorded; `outcomes` hold only what this reader may see, with
    the titles of tests and groups in the course's language (`locale`); `pictures` are those that the texts may show.
    """

    content: ActivityContent
    locale: str
    document: Mapping[str, Any]
    verdict: Mapping[str, Any]
    outcomes: Sequence[SeenTest] = ()
    pictures: Pictures = NO_PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of activity.

    Attributes:
        name: the word in `activity.toml`.
        label: its name for people, an English key of the catalogue.
        template: the activity page; `results_template`: the results box included in it.
        judged_by: "worker" (queued), "at_once" (in the transaction of the submission) or "teacher" (a review).
        make_form: the answer's form (an `AnswerForm`) for a content and a locale, bound to the request by Flask-WTF.
        read_answer: the answer from a valid form. Raises `Refused` for what only the content can tell.
        page: values for the template besides those that every kind has.
        results: values for the results template besides those that every kind has.
        mark: the marking of an answer's document, for "at_once".
        build_job: the engine's job for an answer's document, language and locale, for "worker".
    """

    name: str
    label: str
    template: str
    results_template: str
    judged_by: JudgedBy
    make_form: Callable[[ActivityContent, str], BaseForm]
    read_answer: Callable[[Any, ActivityContent], Answer]
    page: Callable[[PageInput], dict[str, Any]]
    results: Callable[[ResultInput], dict[str, Any]]
    mark: Callable[[ActivityContent, Mapping[str, Any], str], Marking] | None = None
    build_job: Callable[[ActivityContent, Mapping[str, Any], str, str], Job] | None = None


kinds: Registry[Kind] = Registry("etude.kinds", group="etude.kinds")
"""Every kind by its name: `kinds.load()`."""
