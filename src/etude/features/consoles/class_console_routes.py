"""The live consoles of a class: the table of them, a look over a shoulder, a hint, a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound
from etude.core.errors import _ as mark
from etude.extensions import db, limiter
from etude.features.consoles import list_page, notices, services
from etude.features.consoles.forms import HintForm, PlainForm, StopForm
from etude.features.consoles.look_stream import open_look
from etude.models.activity.listing import get_listed
from etude.models.watching import listing
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.request import settings
from etude.web.streams import open_stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from etude.models.watching.listing import ListedConsole
    from etude.web.streams import Batch

blueprint = Blueprint("class_consoles", __name__, template_folder="templates")
limiter.limit("300 per minute")(blueprint)
NOT_RUNNING = mark("This program does not run any more, or it is none of your students’.")


@blueprint.get("/courses/<int:course_id>/consoles")
@requires(Permission.CONSOLE_WATCH)
def list_consoles(course_id: int) -> ResponseReturnValue:
    """List the programs that run in the class."""
    page = list_page.get_list_page(scope(), request.args.get("page", 1, int))
    values = {"course": scope().course, "page": page, "form": StopForm(), "tabs": course_tabs(course_id)}
    return render_template("consoles/list.html", **values)


@blueprint.get("/events/courses/<int:course_id>/consoles")
@requires(Permission.CONSOLE_WATCH)
def follow_consoles(course_id: int) -> Response:
    """Send the table now and whenever a program begins, ends, or is quiet for a while."""
    here, wished, told = scope(), request.args.get("page", 1, int), list[list_page.ListPage]()

    def look() -> list_page.ListPage:
        page = list_page.get_list_page(here, wished)
        db.session.close()
        return page

    def has_moved() -> bool:
        return look() != told[-1]

    def show(_batch: Batch) -> tuple[str, bool]:
        told[:] = [look()]
        return render_template("consoles/_list_event.html", course=here.course, page=told[-1]), False

    return open_stream(f"consoles:{course_id}", show, missed=[(0, {})], has_news=has_moved)


@blueprint.get("/consoles/<int:console_id>/look")
@requires(Permission.CONSOLE_WATCH)
def show_look(console_id: int) -> ResponseReturnValue:
    """Show a student's console to look at; the look begins when the page follows it."""
    console = _find(console_id)
    values = {"console": console, "activity": _title(console), "language": list_page.language_label(console.language)}
    forms = {"hint_form": HintForm(), "stop_form": StopForm(formdata=None)}
    return render_template("consoles/look.html", course=scope().course, **values, **forms)


@blueprint.get("/events/consoles/<int:console_id>/look")
@requires(Permission.CONSOLE_WATCH)
def follow_look(console_id: int) -> Response:
    """Send what a student's console shows, for as long as somebody looks; the student is told first."""
    after = request.headers.get("Last-Event-ID", request.args.get("after", 0, type=int), type=int)
    return open_look(_find(console_id), scope().course.id, after=after or 0)


@blueprint.post("/consoles/<int:console_id>/hints")
@requires(Permission.CONSOLE_WATCH)
def send_hint(console_id: int) -> ResponseReturnValue:
    """Send a hint into the student's page."""
    console, course_id, form, is_sent = _find(console_id), scope().course.id, HintForm(), False
    if form.validate_on_submit():
        services.send_hint(console, course_id, form.hint(), by_id=current_user.id, at=clock.now())
        notices.tell(settings().consoles, console, clock.now())
        form, is_sent = HintForm(formdata=None), True
    if "HX-Request" in request.headers:
        values = {"console": console, "hint_form": form, "is_sent": is_sent}
        return render_template("consoles/_hint_form.html", **values), 422 if form.errors else 200
    flash(_("The hint was sent.") if is_sent else form.first_error(), "success" if is_sent else "error")
    return redirect(url_for(".show_look", console_id=console_id), 303)


@blueprint.post("/consoles/<int:console_id>/look/stop")
@requires(Permission.CONSOLE_WATCH)
def stop_student(console_id: int) -> ResponseReturnValue:
    """Stop a student's program; the student is told who did it and why."""
    console, course_id = _find(console_id), scope().course.id
    form = StopForm()
    if form.validate_on_submit():
        _stop([console], course_id, form.why())
        flash(_("The program of %(name)s was stopped.", name=console.name), "success")
    else:
        flash(form.first_error(), "error")
    return redirect(url_for(".list_consoles", course_id=course_id), 303)


@blueprint.post("/courses/<int:course_id>/consoles/stop")
@requires(Permission.CONSOLE_WATCH)
def stop_all(course_id: int) -> ResponseReturnValue:
    """Stop every program that runs in the class, or in one's own section."""
    form = StopForm()
    if form.validate_on_submit():
        consoles = list_page.get_living(scope())
        _stop(consoles, course_id, form.why())
        count = len(consoles)
        flash(ngettext("%(num)d program was stopped.", "%(num)d programs were stopped.", count), "success")
    else:
        flash(form.first_error(), "error")
    return redirect(url_for(".list_consoles", course_id=course_id), 303)


@blueprint.post("/assignments/<int:assignment_id>/console-hints/<int:hint_id>/dismissal")
@requires(Permission.COURSE_VIEW)
def dismiss_hint(assignment_id: int, hint_id: int) -> ResponseReturnValue:
    """Put a hint away that was sent to oneself."""
    if not PlainForm().validate_on_submit():
        raise NotFound
    services.dismiss_hint(hint_id, current_user.id, at=clock.now())
    if "HX-Request" in request.headers:
        return ""
    return redirect(url_for("activities.show_assignment", assignment_id=assignment_id), 303)


def _find(console_id: int) -> ListedConsole:
    """Return a console that this person may look at: a student's of the course, in one's own section, still living."""
    here = scope()
    found = listing.find_living(db.session, here.course.id, console_id, section_id=here.section_id)
    if found is None:
        raise NotFound(NOT_RUNNING)
    return found


def _title(console: ListedConsole) -> str:
    course = scope().course
    titles = {one.id: one.title(course.locale) for one in get_listed(db.session, course.id)}
    return titles.get(console.assignment_id, "")


def _stop(consoles: Sequence[ListedConsole], course_id: int, reason: str) -> None:
    services.note_stops(consoles, course_id, reason)
    notices.stop(settings().consoles, consoles, current_user.name, reason)
