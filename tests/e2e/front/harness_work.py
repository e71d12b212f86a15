"""The harness's activities: the three kinds' pages, drafts, runs, answers and their results."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

from fake_school import CPP, HINTS, NOW, assignment, questions, results, steps, upload_versions
from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from markupsafe import Markup
from werkzeug.local import LocalProxy
from wtforms import StringField, TextAreaField

if TYPE_CHECKING:
    from fake_school import School

work = Blueprint("work", __name__)
school: School = LocalProxy(lambda: current_app.extensions["school"])
COURSE = {"title": "ICS3U", "url": "/course"}
RULES = {
    "extensions": [".pdf", ".jpg", ".png"],
    "max_files": 3,
    "max_file_bytes": 2_000_000,
    "max_total_bytes": 3_000_000,
    "max_file_text": "2 MB",
    "max_total_text": "3 MB",
    "sentence": "PDF, JPG, PNG; 3; 2 MB",
    "accepts_images": True,
}
ERROR_RULES = [("^NameError: name '(?<name>[^']+)'", "The name “%(name)s” is not known.")]


class HandInForm(FlaskForm):
    once = StringField()
    code = TextAreaField()
    files = MultipleFileField()


def _form() -> HandInForm:
    form = HandInForm(data={"once": f"once-{len(school.code_handed_in)}"})
    form.csrf_token = Markup('<input type="hidden" name="csrf_token" value="{}">').format(school.token)
    return form


def _frame(number: int, here: int, **more: object) -> dict:
    label = f"Activité {here} sur 7" if g.lang == "fr" else f"Activity {here} of 7"
    return {
        "course": COURSE,
        "assignment": assignment(number, g.lang, **more),
        "steps": steps(here),
        "steps_label": label,
        "form": _form(),
        "submit_url": f"/assignments/{number}/submissions",
        "trial": False,
        "previous_url": "",
        "next_url": "/course",
    }


def _code_page(number: int) -> str:
    name = "python" if number == 1 else "cpp"
    texts = school.draft_files if number == 1 else {"main.cpp": CPP}
    values = {
        **_frame(number, 4, closed_reason=school.closed_reason),
        "languages": [("Python", "/assignments/1", number == 1), ("C++", "/assignments/2", number == 2)],
        "language": {"name": name, "label": name, "editor": name, "runs_in_page": number == 1, "rules": ERROR_RULES},
        "files": [{"name": file, "field": "code", "text": text, "is_read_only": False} for file, text in texts.items()],
        "data_files": {"notes.txt": "do\nré\n"},
        "data_names": ["notes.txt"],
        "missing_note": "",
        "takes_programs": True,
        "judging_note": "",
        "limits_text": "2 s, 256 Mo" if g.lang == "fr" else "2 s, 256 MB",
        "hints": HINTS[g.lang],
        "draft": {"version": school.draft_version, "saved_at": NOW, "url": f"/assignments/{number}/draft"},
        "runs_url": f"/assignments/{number}/runs",
        "consoles_url": "",
        "terminal_url": "",
        "console": None,
        "demo": None,
        "staff_hints": [],
        "keeps_output": False,
        "dismissal_url": "/hints/0/dismissal",
        "results": results(1, request.args["state"], compile_error=number == 2) if "state" in request.args else None,
        "submissions_url": "/course",
    }
    html = render_template("kinds/code/show.html", **values)
    # Levers that no real page has: how long to wait for Python, and which way of reading the keyboard to use.
    levers = f'"patienceMs": {school.patience_ms}, "forcedMode": "{school.forced_mode}", "assignment"'
    return html.replace('"assignment"', levers, 1)


def _upload_page() -> str:
    icon = current_app.jinja_env.globals["asset"]("icon.svg")
    frame = _frame(3, 5, attempts_left=2)
    return render_template("kinds/upload/show.html", rules=RULES, versions=upload_versions(icon), **frame)


def _quiz_page() -> str:
    marked = None
    if school.answers:
        marked = {"attempt": 1, "submitted_at": NOW, "score": 4, "max_score": 8, "completed": False,
                  "retry_url": "/assignments/4", "late_note": ""}  # fmt: skip
    frame = _frame(4, 6, statement="", attempts_left=1)
    return render_template("kinds/quiz/show.html", questions=questions(g.lang, school.answers), marked=marked, **frame)


@work.get("/assignments/<int:number>")
def show(number):
    if not school.user:
        return redirect("/sign-in")
    return {3: _upload_page, 4: _quiz_page}.get(number, lambda: _code_page(number))()


@work.post("/assignments/<int:number>/draft")
def save(number):
    sent = request.get_json()
    school.saves.append(sent)
    if not school.user:
        return {"error": "Sign in again."}, 401
    if request.headers["X-CSRFToken"] != school.token:
        return {"error": "The form has expired."}, 400
    if school.save_status != 200:
        return {"error": "no"}, school.save_status
    if sent["base_version"] != school.draft_version:
        return {"version": school.draft_version, "files": school.draft_files, "saved_at": NOW.isoformat()}, 409
    school.draft_version += 1
    school.draft_files = sent["files"]
    return {"version": school.draft_version, "saved_at": NOW.isoformat()}


@work.post("/assignments/<int:number>/runs")
def run(number):
    school.runs.append(request.get_json())
    return {"id": 1, "url": "/runs/1"}, 202


@work.get("/runs/1")
def show_run():
    school.run_done.wait(0.2)
    record = school.run_result if school.run_done.is_set() else {"state": "running"}
    return _with_etag(json.dumps(record), "application/json")


def _with_etag(body: str, mimetype: str) -> Response:
    etag = '"' + hashlib.sha256(body.encode()).hexdigest()[:16] + '"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status=304, headers={"ETag": etag})
    return Response(body, mimetype=mimetype, headers={"ETag": etag})


@work.post("/assignments/<int:number>/submissions")
def hand_in(number):
    if not school.user:
        abort(401)
    if request.form.get("csrf_token") != school.token:
        abort(400)
    school.once_used.append(request.form["once"])
    return {3: _take_files, 4: _take_answers}.get(number, _take_code)()


def _take_files():
    sent = [(file.filename, len(file.read())) for file in request.files.getlist("files") if file.filename]
    school.files_handed_in.append(sent)
    return redirect("/assignments/3", 303)


def _take_answers():
    school.answers = {key: request.form.getlist(key) for key in request.form if key.startswith("q")}
    return redirect("/assignments/4", 303)


def _take_code():
    school.code_handed_in.append(request.form["code"])
    answer = len(school.code_handed_in)
    if not request.headers.get("HX-Request"):
        return redirect(f"/submissions/{answer}", 303)
    values = {"next_once": f"once-{answer}", "draft_version": school.draft_version}
    return render_template("kinds/code/_results.html", results=results(answer, "queued"), **values)


def _box(number: int) -> dict:
    state = "judged" if school.judge.is_set() else "judging"
    return results(number, state, compile_error=school.compile_error)


@work.get("/submissions/<int:number>")
def show_submission(number):
    return render_template("submission.html", results=_box(number), code=school.code_handed_in[number - 1])


@work.get("/submissions/<int:number>/results")
def show_results(number):
    school.polls.append(request.headers.get("If-None-Match", ""))
    return _with_etag(render_template("kinds/code/_results.html", results=_box(number)), "text/html")


def _message(number: int, state: str) -> str:
    shown = results(number, state, compile_error=school.compile_error)
    html = render_template("kinds/code/_results_event.html", results=shown)
    return "data: " + html.replace("\n", "\ndata: ") + "\n\n"


@work.get("/events/submissions/<int:number>")
def follow(number):
    if school.stream == "busy":
        return "too many streams", 503
    first, last = _message(number, "judging"), _message(number, "judged")
    levers: School = current_app.extensions["school"]

    def stream():
        yield ": open\n\n"
        if levers.stream == "on":
            yield first
        levers.judge.wait(20)
        if levers.stream == "on":
            yield last
        time.sleep(0.05)

    return Response(stream(), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})
