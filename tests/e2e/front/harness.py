"""A small application around the real templates and scripts: the contract of the pages, with fake data behind it."""

from __future__ import annotations

import json
import mimetypes
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import flask_babel
import harness_pages
import harness_work
from flask import Blueprint, Flask, Response, abort, g, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from fake_school import School

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "etude"
DIST = PACKAGE / "static" / "dist"
KINDS = PACKAGE / "kinds"
TYPES = {
    ".wasm": "application/wasm",
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
POLICY = (
    "default-src 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; "
    "style-src 'self'"  # last: the nonce is added to it
)
assets = Blueprint("assets", __name__)


class _User:
    def __init__(self, school: School) -> None:
        self.is_authenticated, self.name, self.identity = bool(school.user), school.name, school.user

    def get_id(self) -> str:
        return self.identity


def manifest() -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text())


def create_app(school: School) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.extensions["school"] = school
    catalogues = [PACKAGE / "translations", *sorted(KINDS.glob("*/translations"))]
    app.config |= {
        "SECRET_KEY": "harness",
        "WTF_CSRF_ENABLED": False,
        "BABEL_TRANSLATION_DIRECTORIES": ";".join(str(folder) for folder in catalogues),
    }
    _set_up_templates(app, school)
    flask_babel.Babel(app, locale_selector=lambda: g.lang, default_timezone="America/Toronto")
    app.before_request(lambda: _prepare(school))
    app.after_request(lambda response: _add_headers(response, school))
    for blueprint in (assets, harness_pages.pages, harness_pages.auth, harness_work.work):
        app.register_blueprint(blueprint)
    return app


def _set_up_templates(app: Flask, school: School) -> None:
    folders = [Path(__file__).parent / "templates", PACKAGE / "templates", *sorted(KINDS.glob("*/templates"))]
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    names = manifest()
    if school.worker_missing:
        names["py-worker.js"] = "missing.js"
    app.jinja_env.globals.update(
        asset=lambda name: f"/assets/{names[name]}",
        csrf_token=lambda: school.token,
        school_name="École des Rives",
        demo_watch_url=lambda: "",
        preference_url=lambda **choice: f"{request.path}?{urlencode(choice)}",
        enrolment_to_confirm=lambda: None,
        site_text=lambda: Markup(render_template("components/site_text.html").strip()),
    )
    app.jinja_env.filters.update(
        date=flask_babel.format_date,
        datetime=lambda at: flask_babel.format_datetime(at, "short"),
        number=flask_babel.format_decimal,
    )

    @app.context_processor
    def context():
        label = "Mes cours" if g.lang == "fr" else "My courses"
        navigation = [(label, "/home", False), ("ICS3U", "/course", True)]
        return {"current_user": _User(school), "navigation": navigation if school.user else []}


def _prepare(school: School) -> None:
    g.nonce = secrets.token_urlsafe(16)
    g.lang = request.args.get("lang") or request.accept_languages.best_match(["fr", "en"]) or "en"
    school.theme = request.args.get("theme", school.theme).replace("auto", "")
    g.theme = school.theme


def _add_headers(response, school: School):
    has_editor = request.endpoint == "work.show"
    policy = POLICY + (f" 'nonce-{g.nonce}'" if has_editor else "")
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if school.isolated and (has_editor or request.blueprint == "assets"):
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    return response


@assets.get("/assets/<path:name>")
def send(name):
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "") and (DIST / f"{name}.gz").is_file()
    path = safe_join(str(DIST), f"{name}.gz" if is_packed else name)
    if path is None or not Path(path).is_file():
        abort(404)
    # Whole, not as an open file: a browser that leaves would leave it open.
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(Path(path).read_bytes(), content_type=TYPES.get(Path(name).suffix, guessed))
    response.headers["Cache-Control"] = "public, max-age=31536000"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    if name.startswith("py-worker"):
        # A worker has its OWN policy, from its own response: the student's program may load Python and nothing else.
        home = f"{request.host_url}assets/"
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {home} 'wasm-unsafe-eval'; "
            f"connect-src {home}{manifest()['pyodide/']}; worker-src 'none'"
        )
    return response
