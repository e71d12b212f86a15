"""Run in a live console: the program's terminal is held by the worker; here is who may see it and type into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from etude.consoles import client
from etude.content import build_run_job
from etude.core import clock
from etude.core.errors import EtudeError, Gone, NotFound, TooMany
from etude.extensions import db, limiter
from etude.features.activities import console_services, program_inputs
from etude.features.activities.console_addresses import addresses
from etude.features.activities.forms import ConsoleForm, PlainForm, TypedForm, WindowForm
from etude.features.activities.loading import load_open_work
from etude.models import Console
from etude.permissions import Permission, public, requires
from etude.web import program_errors
from etude.web.console_streams import stream_console
from etude.web.i18n import translate
from etude.web.json_errors import json_error
from etude.web.judges import missing_note, waiting_reason
from etude.web.rate_keys import by_account, by_session
from etude.web.request import is_trustworthy, settings
from etude.web.streams import the_hub
from etude.web.templating import asset

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("consoles", __name__)
limiter.limit("3000 per minute", key_func=by_session)(blueprint)
LOOK_S = 1.0
"""How soon a stream that says nothing sees that the server stops."""


@blueprint.post("/assignments/<int:assignment_id>/consoles")
@requires(Permission.SUBMISSION_CREATE)
@limiter.limit("30 per minute", key_func=by_account)
def open_console(assignment_id: int) -> ResponseReturnValue:
    """Compile a program and start it on a terminal."""
    work = load_open_work(assignment_id)
    form = ConsoleForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    text = form.text()
    if text.language not in work.content.languages:
        return json_error(_("This activity does not take this language. Choose one of those shown."), 422)
    lacking = missing_note([text.language], is_staff=work.is_trial)
    if reason := lacking or waiting_reason(is_staff=work.is_trial, language=text.language):
        return json_error(reason, 503)
    files = {name: content.encode("utf-8", "surrogatepass") for name, content in text.files.items()}
    job = build_run_job(work.content, text.language, files, stdin=b"", course_language=work.locale)
    opening = console_services.Opening(
        holder=settings().consoles,
        assignment_id=assignment_id,
        user_id=work.user_id,
        is_trial=work.is_trial,
        text=text,
        job=replace(
            job,
            arguments=program_inputs.split_arguments(str(form.arguments.data or "")),
            inputs=program_inputs.read_files(form.input_files.data or {}, job.files),
        ),
        rows=form.rows.data,
        columns=form.columns.data,
    )
    return addresses(_open(opening)), 201


@blueprint.get("/events/consoles/<int:console_id>")
@requires(Permission.SUBMISSION_CREATE)
def follow_console(console_id: int) -> Response:
    """Send what the program printed, from a place in its output on, and then whatever it prints; then how it ended."""
    console = own_console(console_id)
    after = request.headers.get("Last-Event-ID", request.args.get("after", 0, type=int), type=int)
    subscription = the_hub().subscribe(f"console:{console_id}")
    news = client.follow(settings().consoles, console.key, after=after or 0, wait_s=LOOK_S)
    language, gone = console.language, {"state": "gone", "message": translate(console_services.LOST)}
    return stream_console(subscription, news, lambda one: for_page(one, language), gone=gone)


@blueprint.post("/consoles/<int:console_id>/typed")
@requires(Permission.SUBMISSION_CREATE)
def type_into_console(console_id: int) -> ResponseReturnValue:
    """Hand what was typed to the program."""
    form = TypedForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return ask_holder(console_id, {"do": "type", "text": form.text.data or ""})


@blueprint.post("/consoles/<int:console_id>/window")
@requires(Permission.SUBMISSION_CREATE)
def resize_console(console_id: int) -> ResponseReturnValue:
    """Tell the program that its window has another size."""
    form = WindowForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return ask_holder(console_id, {"do": "size", "rows": form.rows.data, "columns": form.columns.data})


@blueprint.post("/consoles/<int:console_id>/stop")
@requires(Permission.SUBMISSION_CREATE)
def stop_console(console_id: int) -> ResponseReturnValue:
    """Kill the program with all it started."""
    form = PlainForm()
    if not form.validate_on_submit():
        return json_error(form.first_error(), 422)
    return ask_holder(console_id, {"do": "stop"})


@blueprint.get("/terminal")
@public
def show_terminal() -> Response:
    """Show the terminal alone: a frame without an origin, which can ask nothing of the site and be asked nothing."""
    response = Response(render_template("activities/terminal.html"), mimetype="text/html")
    script, style = (request.host_url.rstrip("/") + asset(name) for name in ("terminal.js", "terminal.css"))
    response.headers["Content-Security-Policy"] = (
        # xterm.js writes its sizes and colours as style elements and knows no nonce: nothing but itself is in here
        f"sandbox allow-scripts; default-src 'none'; script-src {script}; style-src {style} 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"  # a frame opens nothing
    if is_trustworthy():
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"  # or pages that ask it of all would refuse it
    return response


def _open(opening: console_services.Opening) -> int:
    """Open a console in the place of the person's last one here; what the holder refuses was never opened."""
    console_services.stop_former(opening.holder, opening.assignment_id, opening.user_id)
    console_id = console_services.open_console(opening, at=clock.now())
    try:
        console_services.start(opening, console_id)
    except EtudeError:
        console_services.take_back(console_id)
        raise
    return console_id


def own_console(console_id: int) -> Console:
    """Return a console of the signed-in person's; nobody else's is found, whatever their role."""
    console = Console.get_own(db.session, console_id, current_user.id)
    if console is None:
        raise NotFound
    return console


def ask_holder(console_id: int, document: dict[str, Any]) -> dict[str, Any]:
    """Pass something on to the holder; no connection to the database is held meanwhile."""
    key = own_console(console_id).key
    db.session.close()
    try:
        answer = client.ask(settings().consoles, {**document, "key": key})
    except client.HolderAway as error:
        raise Gone(console_services.LOST) from error
    except client.Refused as error:
        if error.code == "typed":
            raise TooMany(console_services.UNREAD) from error
        raise Gone(console_services.LOST) from error
    return answer


def for_page(document: dict[str, Any], language: str) -> dict[str, Any]:
    """Return what the holder says in the reader's words, with the place in the program that it names."""
    told = document.get("message")
    if told is None:
        return document
    values = dict(told.get("values", {}))
    place = {name: values[name] for name in ("file", "line") if name in values}
    said = program_errors.of_run(language, told.get("id", ""), values).sentence
    if said and document.get("exit_code"):
        code = _("Exit code: %(exit_code)s.", exit_code=document["exit_code"])
        said = f"{said} {code}"
    page = {**document, **place, "message": said}
    if compiled := program_errors.of_compiler(language, document.get("compile")):
        page["compile"] = {**compiled, "said": program_errors.first_of(compiled)}
    return page
