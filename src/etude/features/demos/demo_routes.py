"""A console that is shown to the class, as the class follows it: told of on the pages of the course, read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.consoles import client
from etude.core.errors import Gone, NotFound
from etude.extensions import db, limiter
from etude.features.demos import page, stage
from etude.features.demos.forms import PlainForm
from etude.models import ConsoleDemo
from etude.permissions import Permission, requires, scope
from etude.web.console_streams import stream_console
from etude.web.holder_sockets import hand_over
from etude.web.json_errors import json_error
from etude.web.rate_keys import by_session
from etude.web.request import settings
from etude.web.streams import the_hub

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("demos", __name__, template_folder="templates")
limiter.limit("600 per minute", key_func=by_session)(blueprint)
WAKE_S = 1.0
"""How soon a stream that says nothing sees that the server stops."""


@blueprint.get("/courses/<int:course_id>/demo")
@requires(Permission.COURSE_VIEW)
def tell_demo(course_id: int) -> ResponseReturnValue:
    """Say what is shown to the reader in this course now; every page of the course asks now and then."""
    shown = ConsoleDemo.get_shown(db.session, course_id)
    if shown is None or shown.by_id == current_user.id or not _is_shown(shown.section_id):
        return {"demo": None}
    sentence = _("%(name)s shows a program to the class.", name=shown.name)
    return {"demo": {"id": shown.id, "url": url_for(".show_demo", demo_id=shown.id), "sentence": sentence}}


@blueprint.get("/demos/<int:demo_id>")
@requires(Permission.COURSE_VIEW)
def show_demo(demo_id: int) -> ResponseReturnValue:
    """Show what is shown: the terminal, to be looked at, and the program beside it."""
    return render_template("demos/show.html", **page.fill(_find(demo_id)))


@blueprint.get("/demos/<int:demo_id>/program")
@requires(Permission.COURSE_VIEW)
def show_program(demo_id: int) -> ResponseReturnValue:
    """Return the program that is shown now, for the page that is open."""
    return render_template("demos/_program.html", **page.program(_find(demo_id)))


@blueprint.get("/demos/<int:demo_id>/screen")
@requires(Permission.COURSE_VIEW)
def show_screen(demo_id: int) -> ResponseReturnValue:
    """Return what is new on the screen behind a place, for pages that no stream reaches; without one, how it stands."""
    after = request.args.get("after", -1, type=int)
    document = {"do": "state"} if after < 0 else {"do": "screen", "after": after}
    demo = _find(demo_id)
    try:
        return stage.for_followers(stage.ask(demo, document))
    except Gone:
        return {"state": "ended"}


@blueprint.get("/events/demos/<int:demo_id>")
@requires(Permission.COURSE_VIEW)
def follow_demo(demo_id: int) -> Response:
    """Send what is shown from a place in its output on; where all streams are taken, the page asks now and then."""
    key = _find(demo_id).key
    after = request.headers.get("Last-Event-ID", request.args.get("after", 0, type=int), type=int)
    subscription = the_hub().subscribe(f"demo:{demo_id}")
    news = client.follow(settings().consoles, key, after=max(0, after or 0), wait_s=WAKE_S)
    return stream_console(subscription, news, stage.for_followers, gone={"state": "ended"})


@blueprint.post("/demos/<int:demo_id>/tickets")
@requires(Permission.COURSE_VIEW)
def give_ticket(demo_id: int) -> ResponseReturnValue:
    """Give the page what it must show to open a WebSocket: once, at once, for this person and this showing."""
    demo, form = _find(demo_id), PlainForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return stage.ask(demo, {"do": "ticket", "user": current_user.id})


@blueprint.get("/demos/<int:demo_id>/socket", websocket=True)
@requires(Permission.COURSE_VIEW)
def follow_by_socket(demo_id: int) -> ResponseReturnValue:
    """Hand the browser's connection over; nothing that is typed there is heard."""
    return hand_over(_find(demo_id).key, lost=stage.OVER)


def _find(demo_id: int) -> ConsoleDemo:
    """Return what this reader is shown; a student of another section is shown nothing."""
    demo = ConsoleDemo.get_with_files(db.session, demo_id)
    if not _is_shown(demo.section_id):
        raise NotFound
    return demo


def _is_shown(section_id: int | None) -> bool:
    """Tell whether the reader is shown what is shown to a section (None: to the whole course)."""
    here = scope()
    if section_id is None or (here.is_staff and here.section_id is None):
        return True
    return here.enrolment is not None and here.enrolment.section_id == section_id
