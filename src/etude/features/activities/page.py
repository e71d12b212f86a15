"""The activity page: what every kind's has in common; the kind adds its own values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.attributes import set_committed_value

from etude.content import pick_text
from etude.extensions import db
from etude.features.activities.console_addresses import addresses
from etude.features.activities.loading import sees_all
from etude.features.activities.past import find_answers
from etude.features.activities.results import Reader, describe
from etude.kinds import PageInput
from etude.models import Console, ConsoleDemo, ConsoleHint, Draft, Progress, Submission
from etude.models.activity.listing import get_listed
from etude.models.activity.rules import Window
from etude.models.progress import ProgressState
from etude.models.submission.draft import DraftVersion
from etude.permissions import Permission, scope
from etude.web.demo_addresses import presenter_addresses
from etude.web.i18n import translate
from etude.web.judges import waiting_reason
from etude.web.request import settings
from etude.web.templating import render_markdown, show_datetime, show_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from etude.features.activities.loading import Work
    from etude.forms import BaseForm
    from etude.kinds import PastAnswer
    from etude.models.activity.listing import ListedAssignment

LONGEST_STAVE = 40


def fill(work: Work, form: BaseForm, *, language: str = "", shown: PastAnswer | None = None) -> dict[str, Any]:
    """Return all values of the kind's template; `shown` is the answer whose results are looked at."""
    draft = Draft.get_for(db.session, work.assignment.id, work.user_id) if work.kind.judged_by == "worker" else None
    last = None
    if work.kind.judged_by == "worker":
        last = Submission.get_latest_for_student(db.session, work.assignment.id, work.user_id)
        language = language or _last_language(draft, last)
    answers = () if work.kind.judged_by == "worker" else find_answers(work)
    own = work.kind.page(
        PageInput(
            content=work.content,
            locale=work.locale,
            language=language,
            answer=_typed(draft, last, language),
            form=form,
            answers=answers,
            takes_answers=work.standing.takes_answers,
            is_staff=scope().is_staff,
            shown=shown,
            pictures=work.pictures,
        )
    )
    frame = _frame(work)
    results = _last_results(work, last)
    note = judging_note(work, results, own["language"]["name"]) if work.kind.judged_by == "worker" else ""
    return {**frame, **_bench(work, draft), "results": results, "judging_note": note, "form": form, **own}


def judging_note(work: Work, results: dict[str, Any] | None, language: str) -> str:
    """Return why programs are not judged at the moment, where one may be handed in; the results box says it itself."""
    is_said = results is not None and bool(results["waiting_reason"])
    if is_said or not work.standing.takes_answers:
        return ""
    return waiting_reason(is_staff=scope().is_staff, language=language)


def find_shown(work: Work) -> PastAnswer | None:
    """Return the newest answer where its results are all that is left to see: a quiz without another try."""
    if work.kind.judged_by != "at_once" or work.standing.takes_answers:
        return None
    return next(iter(find_answers(work)), None)


def _last_language(draft: Draft | None, last: Submission | None) -> str:
    if draft is not None and (last is None or draft.saved_at >= last.submitted_at):
        return draft.language
    return last.language if last is not None else ""


def _typed(draft: Draft | None, last: Submission | None, language: str) -> Mapping[str, Any] | None:
    """Return the newest text in a language: the draft's, the last answer's, or one further back."""
    found: list[tuple[datetime, Mapping[str, Any]]] = []
    if draft is not None and draft.language == language:
        found.append((draft.saved_at, {"files": draft.files}))
    if last is not None and last.language == language:
        found.append((last.submitted_at, last.answer))
    if not found and draft is not None and language:
        earlier = DraftVersion.get_newest_in(db.session, draft.id, language)
        return {"files": earlier.files} if earlier else None
    return max(found, key=lambda one: one[0])[1] if found else None


def _frame(work: Work) -> dict[str, Any]:
    """Return what stands around the bench: course, statement, dates, the series."""
    series = _series(work)
    return {
        "course": {"title": work.course.title, "url": url_for("courses.show_course", course_id=work.course.id)},
        "assignment": {
            "id": work.assignment.id,
            "title": pick_text(work.content.title, work.locale),
            "language": work.locale,
            "statement": render_markdown(pick_text(work.content.statement, work.locale), work.pictures),
            "points": work.assignment.points,
            "due_at": work.rules.due_at,
            "closes_at": work.rules.closes_at,
            "late_rule": late_rule(work),
            "attempts_left": work.standing.attempts_left,
            "closed_reason": closed_reason(work),
        },
        "trial": work.is_trial and work.is_own,
        **series,
    }


def closed_reason(work: Work) -> str:
    """Return why nothing may be handed in, with the date where there is one; empty while it may."""
    reason = translate(work.standing.closed_reason) if work.standing.closed_reason else ""
    if reason and work.standing.window is Window.CLOSED and work.rules.closes_at and not work.course.is_archived:
        at = show_datetime(work.rules.closes_at, work.course.zone)
        return str(_("This activity closed on %(date)s: answers are no longer taken.", date=at))
    return reason


def late_rule(work: Work) -> str:
    """Return the sentence on lateness: a warning when it is late now, else the rule; empty where there is none."""
    rules = work.rules
    if rules.due_at is None or work.is_trial:
        return ""
    if work.standing.window is Window.LATE:
        days = rules.late_days_at(work.at, work.course.zone)
        late = ngettext("It is %(num)d day late now.", "It is %(num)d days late now.", days)
        return f"{late} {_penalty(work)}".strip()
    return _penalty(work)


def _penalty(work: Work) -> str:
    rules = work.rules
    if not rules.late_percent:
        return ""
    percent, floor = show_number(rules.late_percent), show_number(rules.late_floor_percent)
    if rules.late_floor_percent:
        rule = _(
            "After the due date %(percent)s %% of the points are taken off for each day begun; %(floor)s %% stay.",
            percent=percent,
            floor=floor,
        )
    else:
        rule = _("After the due date %(percent)s %% of the points are taken off for each day begun.", percent=percent)
    return str(rule)


def _series(work: Work) -> dict[str, Any]:
    """Return the course's series as notes, and the addresses of the neighbours."""
    rows = get_listed(db.session, work.course.id, visible_only=not scope().is_staff)
    states = {} if work.is_trial else Progress.get_states(db.session, work.user_id, [work.course.id])
    own = states.get(work.course.id, {})
    here = next((index for index, row in enumerate(rows) if row.id == work.assignment.id), None)
    if here is None:
        return {"steps": [], "steps_label": "", "previous_url": "", "next_url": ""}
    first = max(0, here - LONGEST_STAVE // 2)
    steps = [
        {
            "name": str(number),
            "state": own.get(row.id, ProgressState.NOT_STARTED).value,
            "is_here": row.id == work.assignment.id,
        }
        for number, row in enumerate(rows[first : first + LONGEST_STAVE], start=first + 1)
    ]
    done = sum(own.get(row.id) is ProgressState.COMPLETED for row in rows)
    return {
        "steps": steps if len(steps) > 1 else [],
        "steps_label": _(
            "Activity %(number)s of %(count)s; %(done)s completed.", number=here + 1, count=len(rows), done=done
        ),
        "previous_url": _address(rows[here - 1]) if here > 0 else "",
        "next_url": _address(rows[here + 1]) if here + 1 < len(rows) else "",
    }


def _address(row: ListedAssignment) -> str:
    return url_for("activities.show_assignment", assignment_id=row.id)


def _bench(work: Work, draft: Draft | None) -> dict[str, Any]:
    """Return the addresses and states that the bench works with."""
    runs = work.kind.judged_by == "worker"
    place: dict[str, Any] = {"assignment_id": work.assignment.id}
    return {
        "submit_url": url_for("activities.hand_in", **place),
        "runs_url": url_for("runs.ask_for_run", **place),
        "consoles_url": url_for("consoles.open_console", **place) if settings().consoles.exists() else "",
        "terminal_url": url_for("consoles.show_terminal"),
        "console": _console(work) if runs else None,
        "demo": _demo(work) if runs else None,
        "draft": {
            "version": draft.version if draft else 0,
            "saved_at": draft.saved_at if draft else None,
            "url": url_for("drafts.save_draft", **place),
        },
        "submissions_url": url_for("activities.list_own_work", **place),
        "staff_hints": ConsoleHint.get_open(db.session, work.assignment.id, work.user_id) if runs else [],
        "keeps_output": work.course.keeps_console_output and not work.is_trial,
        "dismissal_url": url_for("class_consoles.dismiss_hint", hint_id=0, **place),
        **show_hints(work),
    }


def _console(work: Work) -> dict[str, Any] | None:
    """Return the console whose screen can still be looked at."""
    found = Console.get_latest(db.session, work.assignment.id, work.user_id)
    return addresses(found.id) if found is not None and found.can_be_shown(work.at) else None


def _demo(work: Work) -> dict[str, Any] | None:
    """Return where whoever may show this console to the class does so; None for everybody else."""
    if not work.is_trial or not scope().may(Permission.CONSOLE_SHOW) or not settings().consoles.exists():
        return None
    shown = ConsoleDemo.get_of_presenter(db.session, work.assignment.id, work.user_id)
    return {
        "begin": url_for("presenting.begin_demo", assignment_id=work.assignment.id),
        "current": presenter_addresses(shown.id) if shown is not None else None,
    }


def _last_results(work: Work, last: Submission | None) -> dict[str, Any] | None:
    """Return the results box of the newest answer; what it is an answer to is loaded already."""
    if last is None:
        return None
    set_committed_value(last, "assignment", work.assignment)
    return describe(last, Reader(sees_all=sees_all(last), rules=work.rules))


def show_hints(work: Work) -> dict[str, Any]:
    """Return the hints that are open, how many there are, and the address that opens the next.

    Of a try nothing is stored: how many are open stands in the page's address.
    """
    texts = [render_markdown(pick_text(hint, work.locale), work.pictures) for hint in work.content.hints]
    opened = open_hint_count(work)
    tried: dict[str, Any] = {"hints": opened} if work.is_trial and opened else {}
    return {
        "hints": texts[:opened],
        "hint_count": len(texts),
        "hint_url": url_for("activities.open_hint", assignment_id=work.assignment.id, **tried),
    }


def open_hint_count(work: Work) -> int:
    """Return how many hints are open: by the student's progress, or for a try by the address."""
    if work.is_trial:
        return min(max(request.args.get("hints", 0, int), 0), len(work.content.hints))
    return work.progress.hints_opened if work.progress else 0


def not_open(work: Work) -> dict[str, Any]:
    """Return the values of the page of an activity that opens later: its title and when, nothing of what is asked."""
    return {
        "course": {"title": work.course.title, "url": url_for("courses.show_course", course_id=work.course.id)},
        "title": work.assignment.activity.title(work.locale),
        "language": work.locale,
        "opens_at": work.rules.opens_at,
        "zone": work.course.zone,
    }
