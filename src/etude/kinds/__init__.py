"""Kinds of activity, one folder each, found by themselves.

A kind says how its answer is asked for, read and judged; it never sees the request, the session or a table. The
activity page, drafts, attempts, dates and scores are the same for every kind and live in `features/activities`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from etude.content import ActivityContent
    from etude.forms import BaseForm
    from etude.grading.job import Job

JudgedBy = Literal["worker", "at_once", "teacher"]


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
class PageInput:
    """What a kind is given to fill its part of the activity page.

    `answer` is the draft's or the last submission's document, None when the student has not begun.
    """

    content: ActivityContent
    locale: str
    language: str = ""
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of activity.

    Attributes:
        name: the word in `activity.toml`.
        label: its name for people, an English key of the catalogue.
        template: the activity page; `results_template`: the results box included in it.
        judged_by: "worker" (queued), "at_once" (in the transaction of the submission) or "teacher" (a review).
        make_form: the answer's form for a content and a locale, bound to the request by Flask-WTF.
        read_answer: the answer from a valid form. Raises `Refused` for what only the content can tell.
        page: values for the template besides those that every kind has.
        results: values for the results template from a submission's document, verdict and outcomes.
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
    results: Callable[[ActivityContent, Mapping[str, Any], Mapping[str, Any], Sequence[Any]], dict[str, Any]]
    mark: Callable[[ActivityContent, Mapping[str, Any], str], Marking] | None = None
    build_job: Callable[[ActivityContent, Mapping[str, Any], str, str], Job] | None = None


kinds: Registry[Kind] = Registry("etude.kinds", group="etude.kinds")
"""Every kind by its name: `kinds.load()`."""
