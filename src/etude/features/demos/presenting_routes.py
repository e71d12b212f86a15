"""Showing a console to the class: begun, paced and ended from the page of the activity, by scripts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from etude.consoles import client
from etude.core import clock
from etude.core.errors import NotFound, Unavailable
from etude.core.errors import _ as mark
from etude.extensions import db, limiter
from etude.features.demos import services, stage
from etude.features.demos.forms import PaceForm, PlainForm, PresenceForm
from etude.models import ConsoleDemo
from etude.permissions import Permission, requires, scope
from etude.web.demo_addresses import presenter_addresses
from etude.web.json_errors import json_error
from etude.web.rate_keys import by_session
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("presenting", __name__)
limiter.limit("600 per minute", key_func=by_session)(blueprint)
AWAY = mark("Consoles are not available on this machine at the moment.")


@blueprint.post("/assignments/<int:assignment_id>/demo")
@requires(Permission.CONSOLE_SHOW)
def begin_demo(assignment_id: int) -> ResponseReturnValue:
    """Show one's console of an activity to the class: what runs there now, and what is run next."""
    form = PlainForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    beginning = services.Beginning(
        course_id=scope().course.id,
        assignment_id=assignment_id,
        section_id=scope().section_id,
        by_id=current_user.id,
        key=secrets.token_urlsafe(24),
    )
    begun = services.begin_demo(beginning, at=clock.now())
    if begun.former_key:
        stage.close(begun.former_key)
    try:
        client.ask(settings().consoles, {"do": "stage", "key": beginning.key, "session": begun.console_key})
    except (client.HolderAway, client.Refused) as error:
        services.end_demo(begun.demo_id, "lost", most_followers=0, at=clock.now())
        raise Unavailable(AWAY) from error
    return presenter_addresses(begun.demo_id), 201


@blueprint.post("/demos/<int:demo_id>/pace")
@requires(Permission.CONSOLE_SHOW)
def set_pace(demo_id: int) -> ResponseReturnValue:
    """Show the output faster, slower, line by line, or not at all for a while."""
    demo, form = _own(demo_id), PaceForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return stage.ask(demo, {"do": "pace", "pace": form.pace.data, "is_paused": form.is_paused.data})


@blueprint.post("/demos/<int:demo_id>/step")
@requires(Permission.CONSOLE_SHOW)
def step(demo_id: int) -> ResponseReturnValue:
    """Show the next line."""
    demo, form = _own(demo_id), PlainForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return stage.ask(demo, {"do": "step"})


@blueprint.post("/demos/<int:demo_id>/presence")
@requires(Permission.CONSOLE_SHOW)
def be_here(demo_id: int) -> ResponseReturnValue:
    """Say that the page of whoever shows is there, or is left; and be told how many look on."""
    demo, form = _own(demo_id), PresenceForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return stage.ask(demo, {"do": "here", "is_leaving": form.is_leaving.data})


@blueprint.post("/demos/<int:demo_id>/end")
@requires(Permission.CONSOLE_SHOW)
def end_demo(demo_id: int) -> ResponseReturnValue:
    """End what is shown: one's own, or that of a colleague who forgot it. The program goes on."""
    demo, form = db.session.get_one(ConsoleDemo, demo_id), PlainForm()
    if scope().section_id not in (None, demo.section_id):
        raise NotFound
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    key, course_id = demo.key, scope().course.id
    db.session.close()
    services.end_demo(demo_id, "ended", most_followers=stage.close(key), at=clock.now())
    return {"state": "ended"} if request.is_json else redirect(url_for("courses.show_course", course_id=course_id), 303)


def _own(demo_id: int) -> ConsoleDemo:
    """Return a demonstration of the person's own; nobody else sets its pace."""
    demo = db.session.get_one(ConsoleDemo, demo_id)
    if demo.by_id != current_user.id:
        raise NotFound
    return demo
